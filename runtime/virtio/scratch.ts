import { Block, copyBytes } from "../memory/block.js";

/** Blocks that a queue keeps for its next large requests; more than that are left to the garbage collector. */
const SPARE_MAX = 8;

/** Blocks for requests that do not fit their slot, lent by a queue to its slots. Sizes are powers of two. */
export class SpareBlocks {
  readonly #free: Block[] = [];

  /** A block of at least so many bytes, with whatever was in it. */
  take(bytes: number): Block {
    for (let i = this.#free.length - 1; i >= 0; i--) {
      const block = this.#free[i] as Block;
      if (block.byteLength < bytes) continue;
      this.#free[i] = this.#free[this.#free.length - 1] as Block;
      this.#free.pop();
      return block;
    }
    return new Block(2 ** Math.ceil(Math.log2(bytes)));
  }

  give(block: Block): void {
    if (this.#free.length < SPARE_MAX) this.#free.push(block);
  }
}

/**
 * Private memory for the typed bytes of one part of a request: copied in once and then checked, or written here and then
 * copied out. A slot has room for the fixed fields; what is larger goes into a block that the queue lends until the request
 * is completed, so memory grows with the large requests in flight and not with the size of the queue.
 */
export class Scratch {
  block: Block;
  /** The block's bytes; fields lie at `at` plus a literal offset. */
  view: DataView;
  at: number;
  readonly #own: Block;
  readonly #ownAt: number;
  readonly #ownCapacity: number;
  readonly #spare: SpareBlocks;
  #capacity: number;

  constructor(block: Block, at: number, capacity: number, spare: SpareBlocks) {
    this.block = this.#own = block;
    this.view = block.view;
    this.at = this.#ownAt = at;
    this.#capacity = this.#ownCapacity = capacity;
    this.#spare = spare;
  }

  /** Makes room for `bytes` from `at` on; what was there stays. */
  ensure(bytes: number): void {
    if (bytes <= this.#capacity) return;
    const block = this.#spare.take(bytes);
    copyBytes(this.block, this.at, block, 0, this.#capacity);
    this.#giveBack();
    this.block = block;
    this.view = block.view;
    this.at = 0;
    this.#capacity = block.byteLength;
  }

  /** The request is completed: what was lent goes back. */
  release(): void {
    if (this.block === this.#own) return;
    this.#giveBack();
    this.block = this.#own;
    this.view = this.#own.view;
    this.at = this.#ownAt;
    this.#capacity = this.#ownCapacity;
  }

  #giveBack(): void {
    if (this.block !== this.#own) this.#spare.give(this.block);
  }

  zero(from: number, length: number): void {
    const { bytes } = this.block;
    const start = this.at + from;
    // A built-in call costs more than the few bytes that answers have.
    if (length > 32) bytes.fill(0, start, start + length);
    else for (let i = start; i < start + length; i++) bytes[i] = 0;
  }
}
