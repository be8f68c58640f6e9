import { native } from "../native/native.js";
import { FrontendError } from "./frontend-error.js";
import { FrontendSocket, type Received } from "./frontend-socket.js";
import { MessageFlags } from "./messages.js";
import { requestName } from "./request-table.js";
import { encodeMessage, U64 } from "./wire.js";

export interface FrontendOptions {
  /** How long a reply may take, in milliseconds; 30 s where absent: a backend may wait 20 s for its own requests. */
  readonly timeoutMs?: number;
}

/** What goes with a message: a payload, file descriptors, and flags where the usual ones will not do. */
export interface MessageParts {
  readonly payload?: Uint8Array;
  /** They stay the caller's. */
  readonly descriptors?: readonly number[];
  readonly flags?: number;
}

interface Waiting {
  readonly request: number;
  readonly resolve: (reply: Received) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** The frontend's end of a vhost-user connection: sends messages and matches replies. It keeps no state of the device. */
export class Frontend {
  /** The bytes below the messages, for what no frontend should send. */
  readonly socket: FrontendSocket;
  /** Called once, when the connection ended. */
  onEnd: (error: FrontendError) => void = () => {};
  readonly #timeoutMs: number;
  #waiting: Waiting[] = [];

  /** @throws NativeError where nobody listens at the path */
  static connect(path: string, options: FrontendOptions = {}): Frontend {
    return new Frontend(native().socketConnect(path), options);
  }

  /** @param fd a connected socket, which becomes the frontend's own */
  constructor(fd: number, { timeoutMs = 30_000 }: FrontendOptions = {}) {
    this.#timeoutMs = timeoutMs;
    this.socket = new FrontendSocket(fd);
    this.socket.onMessage = (message) => this.#answered(message);
    this.socket.onEnd = (error) => this.#end(error);
  }

  /** Why the connection ended; undefined while it has not. */
  get ended(): FrontendError | undefined {
    return this.socket.ended;
  }

  /** Sends a message that has no reply. @throws FrontendError where the backend is gone */
  send(request: number, { payload, descriptors, flags = MessageFlags.VERSION }: MessageParts = {}): Promise<void> {
    return this.socket.send(encodeMessage(request, flags, payload), descriptors);
  }

  /**
   * Sends a message and waits for its reply.
   *
   * @throws FrontendError where none comes in time, or the backend is gone
   */
  async request(request: number, parts: MessageParts = {}): Promise<Received> {
    const reply = this.#replyTo(request);
    // It is waited for below, and may fail before.
    reply.catch(() => {});
    await this.send(request, parts);
    return reply;
  }

  /**
   * Sends a message with NEED_REPLY ("VHOST_USER_PROTOCOL_F_REPLY_ACK", which must have been negotiated).
   *
   * @returns 0 for success, else whatever the backend calls the failure
   */
  async acknowledged(request: number, parts: MessageParts = {}): Promise<number> {
    const flags = MessageFlags.VERSION | MessageFlags.NEED_REPLY;
    return numberOf(await this.request(request, { ...parts, flags }));
  }

  /** Sends a message whose reply is a 64-bit number. */
  async number(request: number): Promise<number> {
    return numberOf(await this.request(request));
  }

  close(): void {
    this.socket.close();
  }

  #replyTo(request: number): Promise<Received> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#silent(request), this.#timeoutMs);
      this.#waiting.push({ request, resolve, reject, timer });
    });
  }

  /** Replies come in order: after one is missing none can be matched. */
  #silent(request: number): void {
    const reason = `no reply to ${requestName(request)} in ${this.#timeoutMs / 1000} s`;
    this.#end(new FrontendError("VDEV_BACKEND_SILENT", reason));
    this.close();
  }

  #answered(message: Received): void {
    const [next] = this.#waiting;
    const isReply = message.flags === (MessageFlags.VERSION | MessageFlags.REPLY);
    if (next?.request === message.request && isReply) {
      this.#waiting.shift();
      clearTimeout(next.timer);
      return next.resolve(message);
    }
    for (const fd of message.descriptors) native().close(fd);
    const what = `${requestName(message.request)} with flags 0x${message.flags.toString(16)}`;
    const waited = next === undefined ? "nothing was asked" : `a reply to ${requestName(next.request)} was due`;
    this.#end(new FrontendError("VDEV_BACKEND_REPLY", `the backend sent ${what} where ${waited}`));
    this.close();
  }

  #end(error: FrontendError): void {
    for (const { reject, timer } of this.#waiting.splice(0)) {
      clearTimeout(timer);
      reject(error);
    }
    this.onEnd(error);
    this.onEnd = () => {};
  }
}

function numberOf({ request, payload }: Received): number {
  if (payload.length === 8) return U64.decode(payload);
  throw new FrontendError(
    "VDEV_BACKEND_REPLY",
    `the reply to ${requestName(request)} has ${payload.length} bytes, not 8`,
  );
}
