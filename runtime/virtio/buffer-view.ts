import { copyBytes } from "../memory/block.js";
import { Chain } from "../virtqueue/chain.js";
import { Payload } from "../virtqueue/payload.js";
import type { ArrayView } from "./array-view.js";
import type { Expression } from "./expression.js";
import type { Scratch } from "./scratch.js";

/**
 * Sizes that a message's generated class and the runtime agree on, in bytes. The scratch of a part holds its tail (the
 * fields anchored at the part's end) right before `…Base`, and its head from there on.
 */
export interface MessageLayout {
  /** Where the head of the device-readable part begins in its scratch. */
  readonly inputBase: number;
  /** Scratch for the fixed fields of the largest kind. */
  readonly inputSize: number;
  readonly outputBase: number;
  readonly outputSize: number;
  /** Status values for answers that the runtime gives by itself; absent: such a buffer goes back with length 0. */
  readonly refusals?: { readonly error: number; readonly malformed: number };
}

/** An expression whose value generated code needs: gates, refusals, bounds. Evaluated when the queue starts. */
export interface Term {
  readonly value: Expression;
  /** What feature names in it mean. */
  readonly features: "offered" | "negotiated";
}

/** Takes buffers back from their views. */
export interface BufferSink {
  finish(chain: Chain, written: number, refused: boolean): void;
}

/** What a view is made from, once for each slot of a queue. */
export interface BufferSlot {
  readonly sink: BufferSink;
  readonly input: Scratch;
  readonly output: Scratch;
  /** Values of the message's terms, by index. */
  readonly terms: Float64Array;
}

const NO_CHAIN = new Chain(0);

/** A buffer of a queue as its message sees it. There is one a slot, reused for every buffer that comes by. */
export abstract class BufferView {
  protected readonly input: Scratch;
  protected readonly output: Scratch;
  protected readonly terms: Float64Array;
  protected readonly readable: Payload = new Payload();
  protected readonly writable: Payload = new Payload();
  /** Which kind is being served: the value of its switch field. */
  protected kind = 0;
  /** @internal Tells one buffer in this slot from the next. */
  serial = 0;
  readonly #sink: BufferSink;
  readonly #layout: MessageLayout;
  #chain: Chain = NO_CHAIN;
  /** Between the arrival of a buffer and its completion. */
  #open = false;
  /** The queue is gone: completing does nothing any more. */
  #retired = false;
  #commonHead = 0;
  #outputHead = 0;
  #outputTail = 0;
  #commonInputTail = 0;

  constructor(slot: BufferSlot, layout: MessageLayout) {
    this.input = slot.input;
    this.output = slot.output;
    this.terms = slot.terms;
    this.#sink = slot.sink;
    this.#layout = layout;
  }

  /** @internal A buffer has come. */
  arrive(chain: Chain): void {
    this.#chain = chain;
    this.#open = true;
    this.serial = (this.serial + 1) | 0;
  }

  /** @internal The queue is gone; a late completion is nobody's business. */
  retire(): void {
    this.#retired = true;
    this.readable.release();
    this.writable.release();
  }

  /** @internal Answers with the message's error status; for a behaviour that failed to answer. */
  fail(): void {
    if (this.#open) this.refuse(this.#layout.refusals?.error ?? 0);
  }

  /** Writes the status field, where the message has one. */
  protected setStatus(_status: number): void {}

  /** Copies the fields that every kind has; false where they do not fit, and the buffer was answered. */
  protected openCommon(inHead: number, inTail: number, outHead: number, outTail: number): boolean {
    const chain = this.#chain;
    this.readable.release();
    this.writable.release();
    this.#commonHead = this.#outputHead = outHead;
    this.#outputTail = outTail;
    this.#commonInputTail = inTail;
    if (chain.writableLength < outHead + outTail) {
      this.#giveBack(0, true);
      return false;
    }
    this.output.zero(this.#layout.outputBase - outTail, outHead + outTail);
    if (chain.readableLength < inHead + inTail) return this.malformed();
    const { block, at } = this.input;
    const base = at + this.#layout.inputBase;
    if (inHead > 0) chain.read(0, block, base, inHead);
    if (inTail > 0) chain.read(chain.readableLength - inTail, block, base - inTail, inTail);
    return true;
  }

  /**
   * Copies the fixed fields of one kind, whose head and tail sizes include the common ones.
   *
   * @param from bytes of the head that `openCommon` copied
   */
  protected openKind(
    kind: number,
    from: number,
    inHead: number,
    inTail: number,
    outHead: number,
    outTail: number,
  ): boolean {
    const chain = this.#chain;
    this.kind = kind;
    if (chain.writableLength < outHead + outTail || chain.readableLength < inHead + inTail) return this.malformed();
    const base = this.#layout.inputBase;
    if (inHead > from) chain.read(from, this.input.block, this.input.at + base + from, inHead - from);
    const tail = inTail - this.#commonInputTail;
    if (tail > 0) chain.read(chain.readableLength - inTail, this.input.block, this.input.at + base - inTail, tail);
    this.output.zero(this.#layout.outputBase + this.#outputHead, outHead - this.#outputHead);
    this.output.zero(this.#layout.outputBase - outTail, outTail - this.#outputTail);
    this.#outputHead = outHead;
    this.#outputTail = outTail;
    return true;
  }

  /** The bytes between head and tail of the device-readable part become the payload. */
  protected openReadable(head: number, tail: number): Payload {
    const chain = this.#chain;
    this.readable.bind(chain, false, head, chain.readableLength - head - tail);
    return this.readable;
  }

  /** The bytes between head and tail of the device-writable part become room for a payload. */
  protected openWritable(head: number, tail: number): Payload {
    const chain = this.#chain;
    this.writable.bind(chain, true, head, chain.writableLength - head - tail);
    return this.writable;
  }

  /** How many elements lie between head and tail of the device-readable part; -1 where the last one is cut. */
  protected readableItems(head: number, tail: number, stride: number): number {
    const bytes = this.#chain.readableLength - head - tail;
    return bytes % stride === 0 ? bytes / stride : -1;
  }

  /**
   * Readies the array that follows the head of the answer: as long as the behaviour says, up to what fits.
   *
   * @param max most elements that the definition allows
   */
  protected openOutputItems(items: ArrayView, head: number, tail: number, stride: number, max: number): void {
    items.open(Math.min(max, Math.floor((this.#chain.writableLength - head - tail) / stride)));
  }

  /** Whether the driver left as many device-writable bytes as its buffer has to have. */
  protected hasRoom(bytes: number): boolean {
    return this.#chain.writableLength >= bytes;
  }

  /** Readies more of the answer, whose size the request decides; false where the buffer is too small for it. */
  protected openAnswer(from: number, bytes: number, tail: number): boolean {
    if (this.#chain.writableLength - tail < from + bytes) return this.malformed();
    const start = this.#layout.outputBase + from;
    this.output.ensure(start + bytes);
    this.output.zero(start, bytes);
    this.#outputHead = from + bytes;
    return true;
  }

  /**
   * The device chooses what it says: readies the fields of that kind.
   *
   * @throws RangeError where the driver's buffer is too small for them
   */
  protected openChosen(kind: number, outHead: number, outTail: number): void {
    if (this.#chain.writableLength < outHead + outTail) {
      throw new RangeError(`${outHead + outTail} bytes do not fit in a buffer of ${this.#chain.writableLength}`);
    }
    this.kind = kind;
    this.output.zero(this.#layout.outputBase + this.#outputHead, outHead - this.#outputHead);
    this.output.zero(this.#layout.outputBase - outTail, outTail - this.#outputTail);
    this.#outputHead = outHead;
    this.#outputTail = outTail;
  }

  /** Copies bytes of the request into the answer; both places count from where the scratch begins. */
  protected copyToAnswer(from: number, to: number, bytes: number): void {
    copyBytes(this.input.block, this.input.at + from, this.output.block, this.output.at + to, bytes);
  }

  /** Copies elements that follow the head; false where the part is too short for them. */
  protected openItems(head: number, tail: number, bytes: number): boolean {
    const chain = this.#chain;
    if (chain.readableLength - head - tail < bytes) return this.malformed();
    const start = this.#layout.inputBase + head;
    this.input.ensure(start + bytes);
    if (bytes > 0) chain.read(head, this.input.block, this.input.at + start, bytes);
    return true;
  }

  /** Answers malformed input: with the message's status, or with used length 0 where it has none. */
  protected malformed(): false {
    this.refuse(this.#layout.refusals?.malformed ?? 0);
    return false;
  }

  /** Answers with a status and nothing but the common fields. */
  protected refuse(status: number): void {
    this.writable.release();
    if (this.#layout.refusals === undefined) {
      this.#giveBack(0, true);
      return;
    }
    this.#outputHead = this.#commonHead;
    this.setStatus(status);
    this.#write(0, true);
  }

  /**
   * Writes what the behaviour answered and gives the buffer back.
   *
   * @param items bytes of the array that follows the head
   * @throws Error where the request was completed before
   */
  protected finish(items: number): void {
    if (!this.#open) {
      if (this.#retired) return;
      throw new Error("the request was completed before");
    }
    this.#write(items, false);
  }

  #write(items: number, refused: boolean): void {
    if (this.#retired) {
      this.#open = false;
      return;
    }
    const chain = this.#chain;
    const { block, at } = this.output;
    const base = at + this.#layout.outputBase;
    const head = this.#outputHead + items;
    const tail = this.#outputTail;
    if (head > 0) chain.write(0, block, base, head);
    if (tail > 0) chain.write(chain.writableLength - tail, block, base - tail, tail);
    const written = head + this.writable.written;
    this.#giveBack(written + tail === chain.writableLength ? written + tail : written, refused);
  }

  #giveBack(written: number, refused: boolean): void {
    this.#open = false;
    this.readable.release();
    this.writable.release();
    this.input.release();
    this.output.release();
    if (!this.#retired) this.#sink.finish(this.#chain, written, refused);
  }
}
