import {
  type BufferSlot,
  type MessageLayout,
  Request,
  StructArray,
  StructView,
  type Term,
} from "../../runtime/codegen.js";
import type { ReadablePayload, WritablePayload } from "../../runtime/virtqueue/payload.js";

/** Kinds of request, and the answers. */
export const ToyKind = { READ: 0, WRITE: 1, SUM: 2, LIST: 3 } as const;
export const ToyStatus = { OK: 0, ERROR: 1, UNSUPPORTED: 2, MALFORMED: 3 } as const;

/** Device-readable: kind le32, count le32, position le64; and READ: tag u8 at the very end. */
export const HEADER_SIZE = 16;
/** Most elements of SUM, and of a LIST's answer. */
const ITEMS_MAX = 64;

/** An element of a SUM or a LIST: value le64. */
export class ToyItem extends StructView {
  get value(): bigint {
    return this.scratch.view.getBigUint64(this.at, true);
  }
  set value(value: bigint) {
    this.scratch.view.setBigUint64(this.at, value, true);
  }
}

/** What serves a toy disk's requests. */
export interface ToyHandlers {
  read(request: ToyRequest): unknown;
  write(request: ToyRequest): unknown;
  sum(request: ToyRequest): unknown;
  list(request: ToyRequest): unknown;
}

/**
 * A request with everything that generated classes use: a header, payload in either direction, arrays of structs both ways
 * and a status byte behind the payload. Written by hand, so that tests of the engine do not need the compiler.
 *
 * READ: data to fill, status. WRITE: data, status. SUM: `count` elements, then total le64, status. LIST: room for
 * elements, status.
 */
export class ToyRequest extends Request<ToyHandlers> {
  static readonly layout: MessageLayout = {
    inputBase: 0,
    inputSize: HEADER_SIZE,
    outputBase: 1,
    outputSize: 9,
    refusals: { error: ToyStatus.ERROR, malformed: ToyStatus.MALFORMED },
  };
  static readonly terms: readonly Term[] = [];

  /** Elements that the driver sent. */
  readonly items: StructArray<ToyItem> = new StructArray(ToyItem, this.input, HEADER_SIZE, 8);
  /** Elements of the answer. */
  readonly answers: StructArray<ToyItem> = new StructArray(ToyItem, this.output, 1, 8);

  constructor(slot: BufferSlot) {
    super(slot, ToyRequest.layout);
  }

  get type(): number {
    return this.input.view.getUint32(this.input.at, true);
  }
  get count(): number {
    return this.input.view.getUint32(this.input.at + 4, true);
  }
  get position(): bigint {
    return this.input.view.getBigUint64(this.input.at + 8, true);
  }
  set total(value: bigint) {
    this.output.view.setBigUint64(this.output.at + 1, value, true);
  }
  /** What the driver wrote. */
  get data(): ReadablePayload {
    return this.readable;
  }
  /** Room for what the driver reads. */
  get room(): WritablePayload {
    return this.writable;
  }

  complete(status: number): void {
    this.setStatus(status);
    this.finish(this.kind === ToyKind.LIST ? this.answers.length * 8 : 0);
  }

  protected override setStatus(status: number): void {
    this.output.view.setUint8(this.output.at, status);
  }

  /** @internal */
  override dispatch(on: ToyHandlers): unknown {
    if (!this.openCommon(HEADER_SIZE, 0, 0, 1)) return undefined;
    const kind = this.type;
    const head = kind === ToyKind.SUM ? 8 : 0;
    if (kind > ToyKind.LIST) return this.refuse(ToyStatus.UNSUPPORTED);
    if (!this.openKind(kind, HEADER_SIZE, HEADER_SIZE, 0, head, 1)) return undefined;
    switch (kind) {
      case ToyKind.READ:
        this.openWritable(0, 1);
        return on.read(this);
      case ToyKind.WRITE:
        this.openReadable(HEADER_SIZE, 0);
        return on.write(this);
      case ToyKind.SUM:
        if (this.count > ITEMS_MAX) return this.malformed();
        if (!this.openItems(HEADER_SIZE, 0, this.count * 8)) return undefined;
        this.items.load(this.count);
        return on.sum(this);
      default:
        this.openOutputItems(this.answers, 0, 1, 8, ITEMS_MAX);
        return on.list(this);
    }
  }
}
