import { Block } from "../memory/block.js";

/**
 * Private memory for the typed bytes of one part of a request: copied in once and then checked, or written here and then
 * copied out. Lives as long as its slot; grows while larger requests than ever before arrive, up to what a message allows.
 */
export class Scratch {
  block: Block;
  /** The block's bytes; fields lie at `at` plus a literal offset. */
  view: DataView;
  at: number;
  #capacity: number;

  constructor(block: Block, at: number, capacity: number) {
    this.block = block;
    this.view = block.view;
    this.at = at;
    this.#capacity = capacity;
  }

  /** Makes room for `bytes` from `at` on; what was there stays. */
  ensure(bytes: number): void {
    if (bytes <= this.#capacity) return;
    const capacity = 2 ** Math.ceil(Math.log2(bytes));
    const block = new Block(capacity);
    block.bytes.set(this.block.bytes.subarray(this.at, this.at + this.#capacity));
    this.block = block;
    this.view = block.view;
    this.at = 0;
    this.#capacity = capacity;
  }

  zero(from: number, length: number): void {
    const { bytes } = this.block;
    const start = this.at + from;
    // A built-in call costs more than the few bytes that answers have.
    if (length > 32) bytes.fill(0, start, start + length);
    else for (let i = start; i < start + length; i++) bytes[i] = 0;
  }
}
