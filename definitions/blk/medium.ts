import { Block } from "../../runtime/memory/block.js";
import type { ReadablePayload, WritablePayload } from "../../runtime/virtqueue/payload.js";

/** Bytes of a sector on the wire, whatever the disk says its block size is. */
export const SECTOR = 512;
/** A `Block` is addressed with 32 bits. */
const SIZE_MAX = 4 * 2 ** 30;

/** Checks the size of a disk in bytes. @throws RangeError where it is not one */
export function checkSize(size: number): number {
  if (Number.isInteger(size / SECTOR) && size >= SECTOR && size <= SIZE_MAX) return size;
  throw new RangeError(`size must be a multiple of ${SECTOR} from ${SECTOR} to ${SIZE_MAX}, found ${size}`);
}

/** Most bytes of one request: copying them takes some 10 ms, and nothing else is served meanwhile. */
const REQUEST_MAX = 64 * 2 ** 20;

/** Memory as the sectors of a disk. Each thread makes its own from the same memory. */
export class Medium {
  readonly sectors: number;
  readonly #block: Block;

  constructor(memory: SharedArrayBuffer) {
    this.#block = new Block(memory);
    this.sectors = memory.byteLength / SECTOR;
  }

  /**
   * Whether sectors are on the disk. Counted in sectors: a sum of numbers up to 2^53 and 2^32 may be rounded, but not to
   * less than either of them, and so wraps nowhere.
   */
  holds(sector: number, count: number): boolean {
    return sector + count <= this.sectors && count * SECTOR <= REQUEST_MAX;
  }

  /** Answers with so many sectors, by default with as many as there is room for. */
  read(data: WritablePayload, sector: number, count: number = data.byteLength / SECTOR): void {
    data.copyFrom(this.#block, sector * SECTOR, 0, count * SECTOR);
  }

  /** Stores all that was sent. */
  write(data: ReadablePayload, sector: number): void {
    data.copyTo(this.#block, sector * SECTOR, 0, data.byteLength);
  }

  zero(sector: number, count: number): void {
    this.#block.bytes.fill(0, sector * SECTOR, (sector + count) * SECTOR);
  }
}
