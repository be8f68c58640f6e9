import { handlers } from "./handlers.js";
import type { Message } from "./message.js";
import { MessageFlags, ProtocolFeature } from "./messages.js";
import { isFrontendFault, ProtocolError } from "./protocol-error.js";
import { type RequestRule, requestName, requestTable } from "./request-table.js";
import type { Answer, Reply, SessionParts } from "./session-parts.js";
import { U64 } from "./wire.js";

/** Refusals that are logged of one session: a frontend must not fill a disk with them. */
const REFUSALS_LOGGED = 32;

/** Checks requests against the table, has them handled, and decides how they are answered. */
export class Requests {
  readonly #parts: SessionParts;
  #refusals = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /**
   * Handles a request, and closes those of its descriptors that nobody took.
   *
   * @returns what to reply; undefined where nothing is expected
   * @throws ProtocolError where there is no way to refuse it but to end the session
   */
  async answer(message: Message): Promise<Reply | undefined> {
    try {
      const answer = await this.#handle(message);
      return typeof answer === "object" ? answer : this.#acknowledge(message, answer);
    } catch (error) {
      if (!isFrontendFault(error)) throw error;
      return this.#refuse(message, `${requestName(message.request)}: ${error.message}`);
    } finally {
      message.closeDescriptors();
    }
  }

  #handle(message: Message): Answer | Promise<Answer> {
    const { payload, descriptors } = message;
    this.#parts.log.debug(
      `vhost-user: ${requestName(message.request)}: ${payload.length} bytes, ${descriptors} descriptors`,
    );
    if ((message.flags & MessageFlags.REPLY) !== 0) throw new ProtocolError("a request with the flag of a reply");
    const rule = requestTable.get(message.request);
    if (rule === undefined) throw new ProtocolError("there is no such request");
    this.#checkFeatures(rule);
    checkRange("bytes", message.payload.length, rule.size);
    checkRange("file descriptors", message.descriptors, rule.descriptors);
    const handler = handlers.get(message.request);
    if (handler === undefined) throw new ProtocolError("not supported");
    return handler(this.#parts, message);
  }

  #checkFeatures({ needs, needsFeature }: RequestRule): void {
    const { negotiated } = this.#parts;
    if (needs !== undefined && !negotiated.has(needs)) {
      throw new ProtocolError(`protocol feature ${needs} was not negotiated`);
    }
    if (needsFeature !== undefined && !negotiated.hasFeature(needsFeature)) {
      throw new ProtocolError(`feature ${needsFeature} was not negotiated`);
    }
  }

  /** "REPLY_ACK". */
  #acknowledge(message: Message, done: boolean): Reply | undefined {
    const wanted = message.needsReply && this.#parts.negotiated.has(ProtocolFeature.REPLY_ACK);
    return wanted ? { payload: U64.encode(done ? 0 : 1) } : undefined;
  }

  #refuse(message: Message, reason: string): Reply {
    const reply = requestTable.get(message.request)?.reply;
    const refusal =
      reply === undefined
        ? this.#acknowledge(message, false)
        : reply.refusal === undefined
          ? undefined
          : { payload: reply.refusal };
    if (refusal === undefined) throw new ProtocolError(reason);
    this.#logRefusal(reason);
    return refusal;
  }

  #logRefusal(reason: string): void {
    this.#refusals++;
    if (this.#refusals <= REFUSALS_LOGGED) this.#parts.log.warn(`vhost-user: refused ${reason}`);
    if (this.#refusals === REFUSALS_LOGGED) this.#parts.log.warn("vhost-user: what is refused next is not logged");
  }
}

function checkRange(what: string, count: number, [least, most]: readonly [number, number]): void {
  if (count >= least && count <= most) return;
  throw new ProtocolError(`${count} ${what} instead of ${least === most ? least : `${least} to ${most}`}`);
}
