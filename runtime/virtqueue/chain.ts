import { type Block, copyBytes } from "../memory/block.js";
import type { Mapping } from "../memory/mapping.js";

const FIRST_CAPACITY = 4;
/** Room for segments that a chain keeps for the next buffer: what disks of Linux use, 126 of data, header and status. */
const KEPT_CAPACITY = 128;

/**
 * One buffer of a virtqueue: what a descriptor chain refers to, as segments of memory that were checked once.
 *
 * A queue has one chain object per slot and reuses it, so a request costs no allocation. Segments that the device may
 * read come first, those that it may write follow (VIRTIO 2.7.4.2).
 */
export class Chain {
  /** Index of the slot, and of the view that belongs to it. */
  readonly slot: number;
  /** Between `take` and `put`: the device owns the buffer. */
  inFlight = false;
  /** Bytes that the device may read, and may write. */
  readableLength = 0;
  writableLength = 0;
  /** Segments in all, and how many of them come first and are device-readable. */
  segments = 0;
  readableSegments = 0;
  mappings: Mapping[] = [];
  offsets: Int32Array = new Int32Array(FIRST_CAPACITY);
  lengths: Int32Array = new Int32Array(FIRST_CAPACITY);

  constructor(slot: number) {
    this.slot = slot;
  }

  clear(): void {
    this.segments = 0;
    this.readableSegments = 0;
    this.readableLength = 0;
    this.writableLength = 0;
  }

  /** Gives back the room that a long chain took: each slot's may come, and together they would fill the memory. */
  trim(): void {
    if (this.offsets.length <= KEPT_CAPACITY) return;
    this.mappings = [];
    this.offsets = new Int32Array(FIRST_CAPACITY);
    this.lengths = new Int32Array(FIRST_CAPACITY);
  }

  /** Appends a segment; device-readable ones must all be appended before the first device-writable one. */
  append(mapping: Mapping, offset: number, length: number, writable: boolean): void {
    const i = this.segments++;
    if (i === this.offsets.length) this.#grow();
    this.mappings[i] = mapping;
    this.offsets[i] = offset;
    this.lengths[i] = length;
    if (writable) {
      this.writableLength += length;
    } else {
      this.readableSegments = i + 1;
      this.readableLength += length;
    }
  }

  /** Copies from the device-readable part, beginning at byte `at` of it. The range must lie inside the part. */
  read(at: number, to: Block, toAt: number, length: number): void {
    let i = 0;
    let skip = at;
    while (skip >= (this.lengths[i] as number)) skip -= this.lengths[i++] as number;
    for (let done = 0; done < length; i++, skip = 0) {
      const run = Math.min((this.lengths[i] as number) - skip, length - done);
      copyBytes(this.mappings[i] as Mapping, (this.offsets[i] as number) + skip, to, toAt + done, run);
      done += run;
    }
  }

  /** Copies into the device-writable part, beginning at byte `at` of it. The range must lie inside the part. */
  write(at: number, from: Block, fromAt: number, length: number): void {
    let i = this.readableSegments;
    let skip = at;
    while (skip >= (this.lengths[i] as number)) skip -= this.lengths[i++] as number;
    for (let done = 0; done < length; i++, skip = 0) {
      const run = Math.min((this.lengths[i] as number) - skip, length - done);
      copyBytes(from, fromAt + done, this.mappings[i] as Mapping, (this.offsets[i] as number) + skip, run);
      done += run;
    }
  }

  /** Fills bytes of the device-writable part with one value. The range must lie inside the part. */
  fill(at: number, value: number, length: number): void {
    let i = this.readableSegments;
    let skip = at;
    while (skip >= (this.lengths[i] as number)) skip -= this.lengths[i++] as number;
    for (let done = 0; done < length; i++, skip = 0) {
      const start = (this.offsets[i] as number) + skip;
      const run = Math.min((this.lengths[i] as number) - skip, length - done);
      (this.mappings[i] as Mapping).bytes.fill(value, start, start + run);
      done += run;
    }
  }

  /** Doubles the room for segments: while the driver's longest chain has not been seen, or for one that is not kept. */
  #grow(): void {
    const offsets = new Int32Array(this.offsets.length * 2);
    const lengths = new Int32Array(this.lengths.length * 2);
    offsets.set(this.offsets);
    lengths.set(this.lengths);
    this.offsets = offsets;
    this.lengths = lengths;
  }
}
