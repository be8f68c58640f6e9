import type { Block } from "../memory/block.js";
import type { Mapping } from "../memory/mapping.js";
import { Chain } from "./chain.js";

const NO_CHAIN = new Chain(0);

/** Bytes of a request that stay in the driver's memory, for the device to read. */
export interface ReadablePayload {
  readonly byteLength: number;
  /**
   * Copies bytes out of the driver's memory. Into a `Block` without allocating; a `Uint8Array` costs a view a segment.
   *
   * @param at first byte of the payload; the default range is all that follows, as far as the target has room
   * @throws RangeError where the range leaves the payload or the target
   */
  copyTo(target: Block | Uint8Array, targetAt?: number, at?: number, length?: number): void;
  /** Lists the memory behind a range, for native code. */
  spans(into: SpanList, at?: number, length?: number): void;
}

/** Room in the driver's memory for what the device answers. */
export interface WritablePayload {
  readonly byteLength: number;
  /** Bytes written so far, counted contiguously from the start. */
  readonly written: number;
  /**
   * Copies bytes into the driver's memory. From a `Block` without allocating; a part of a `Uint8Array` costs a view.
   * In ascending order, for the used length counts what was written contiguously (see `wrote`).
   *
   * @param at first byte of the payload to write
   * @throws RangeError where the range leaves the payload or the source
   */
  copyFrom(source: Block | Uint8Array, sourceAt?: number, at?: number, length?: number): void;
  /** Writes one value to a range, by default to all that follows. */
  fill(value: number, at?: number, length?: number): void;
  /** Lists the memory behind a range, for native code; tell with `wrote` how much of it was written. */
  spans(into: SpanList, at?: number, length?: number): void;
  /**
   * Says that native code wrote the bytes from `at` on. What is written before its predecessors counts only where it is
   * told again: code that writes out of order says the whole once, at the end.
   */
  wrote(length: number, at?: number): void;
}

/** Where bytes lie, as lists that a native call takes: mapping, byte offset and byte length of each run. Reused. */
export class SpanList {
  count = 0;
  readonly mappings: Mapping[] = [];
  readonly offsets: number[] = [];
  readonly lengths: number[] = [];
}

/** The payload of one part of a buffer; made once for each slot of a queue. */
export class Payload implements ReadablePayload, WritablePayload {
  byteLength = 0;
  written = 0;
  #chain: Chain = NO_CHAIN;
  #writable = false;
  /** Where the payload begins in its part. */
  #start = 0;

  /** Points it at bytes of a part. The range must lie inside the part. */
  bind(chain: Chain, writable: boolean, start: number, byteLength: number): void {
    this.#chain = chain;
    this.#writable = writable;
    this.#start = start;
    this.byteLength = byteLength;
    this.written = 0;
  }

  /** Lets go of the driver's memory. */
  release(): void {
    this.byteLength = 0;
    this.written = 0;
  }

  copyTo(target: Block | Uint8Array, targetAt = 0, at = 0, length?: number): void {
    const count = length ?? Math.min(this.byteLength - at, target.byteLength - targetAt);
    check(count, at, this.byteLength, targetAt, target.byteLength);
    if (count === 0) return;
    if (target instanceof Uint8Array) this.#copyToArray(target, targetAt, at, count);
    else this.#chain.read(this.#start + at, target, targetAt, count);
  }

  copyFrom(source: Block | Uint8Array, sourceAt = 0, at = 0, length?: number): void {
    const count = length ?? Math.min(this.byteLength - at, source.byteLength - sourceAt);
    check(count, at, this.byteLength, sourceAt, source.byteLength);
    if (count === 0) return;
    if (source instanceof Uint8Array) this.#copyFromArray(source, sourceAt, at, count);
    else this.#chain.write(this.#start + at, source, sourceAt, count);
    this.wrote(count, at);
  }

  fill(value: number, at = 0, length: number = this.byteLength - at): void {
    check(length, at, this.byteLength, 0, length);
    if (length === 0) return;
    this.#chain.fill(this.#start + at, value, length);
    this.wrote(length, at);
  }

  wrote(length: number, at = 0): void {
    check(length, at, this.byteLength, 0, length);
    if (at <= this.written && at + length > this.written) this.written = at + length;
  }

  spans(into: SpanList, at = 0, length: number = this.byteLength - at): void {
    check(length, at, this.byteLength, 0, length);
    const chain = this.#chain;
    let i = this.#writable ? chain.readableSegments : 0;
    let skip = this.#start + at;
    into.count = 0;
    for (let left = length; left > 0; i++) {
      const size = chain.lengths[i] as number;
      if (skip < size) {
        const run = Math.min(size - skip, left);
        into.mappings[into.count] = chain.mappings[i] as Mapping;
        into.offsets[into.count] = (chain.offsets[i] as number) + skip;
        into.lengths[into.count++] = run;
        left -= run;
      }
      skip = Math.max(0, skip - size);
    }
  }

  #copyToArray(target: Uint8Array, targetAt: number, at: number, length: number): void {
    this.spans(runs, at, length);
    for (let i = 0, to = targetAt; i < runs.count; i++) {
      const offset = runs.offsets[i] as number;
      const run = runs.lengths[i] as number;
      target.set((runs.mappings[i] as Mapping).bytes.subarray(offset, offset + run), to);
      to += run;
    }
  }

  #copyFromArray(source: Uint8Array, sourceAt: number, at: number, length: number): void {
    this.spans(runs, at, length);
    for (let i = 0, from = sourceAt; i < runs.count; i++) {
      const run = runs.lengths[i] as number;
      (runs.mappings[i] as Mapping).bytes.set(source.subarray(from, from + run), runs.offsets[i]);
      from += run;
    }
  }
}

/** For the copies from and to plain arrays, which are done before anything else can use it. */
const runs = new SpanList();

function check(length: number, at: number, byteLength: number, otherAt: number, otherLength: number): void {
  if (!(length >= 0 && at >= 0 && at + length <= byteLength && otherAt >= 0 && otherAt + length <= otherLength)) {
    throw new RangeError(
      `${length} bytes at ${at} of a payload of ${byteLength}, and at ${otherAt} of a buffer of ${otherLength}`,
    );
  }
}
