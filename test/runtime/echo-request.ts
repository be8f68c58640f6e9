import { type BufferSlot, type MessageLayout, Request, type Term } from "../../runtime/codegen.js";
import type { ReadablePayload, WritablePayload } from "../../runtime/virtqueue/payload.js";

/** What serves echo requests. */
export interface EchoHandlers {
  echo(request: EchoRequest): unknown;
}

/** A message without a typed byte and without a status, as those of rng: all payload. */
export class EchoRequest extends Request<EchoHandlers> {
  static readonly layout: MessageLayout = { inputBase: 0, inputSize: 0, outputBase: 0, outputSize: 0 };
  static readonly terms: readonly Term[] = [];

  constructor(slot: BufferSlot) {
    super(slot, EchoRequest.layout);
  }

  get data(): ReadablePayload {
    return this.readable;
  }
  get room(): WritablePayload {
    return this.writable;
  }

  complete(): void {
    this.finish(0);
  }

  /** @internal */
  override dispatch(on: EchoHandlers): unknown {
    if (!this.openCommon(0, 0, 0, 0)) return undefined;
    this.openReadable(0, 0);
    this.openWritable(0, 0);
    return on.echo(this);
  }
}

/**
 * How an echo device answers: the first byte says whether at once (even) or when told, the second how many bytes, and the
 * bytes count up from the sum of all that was sent.
 */
export function echoAnswer(sent: readonly number[], room: number): { later: boolean; bytes: number[] } {
  const start = sent.reduce((sum, byte) => sum + byte, 0);
  const length = Math.min(sent[1] ?? 0, room);
  return { later: (sent[0] ?? 0) % 2 === 1, bytes: Array.from({ length }, (_, i) => (start + i) & 0xff) };
}
