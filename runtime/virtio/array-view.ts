import { checkIndex } from "./integers.js";
import type { Scratch } from "./scratch.js";

/** An array inside a request: where its elements lie in the scratch, and how many there are. */
export abstract class ArrayView {
  /** Most elements that an answer can hold; for an array that the driver wrote, its length. */
  capacity: number;
  protected readonly scratch: Scratch;
  protected base: number;
  /** Bytes of one element. */
  #stride: number;
  #length: number;

  /** @param length elements of an array whose length is fixed */
  constructor(scratch: Scratch, base: number, stride: number, length = 0) {
    this.scratch = scratch;
    this.base = base;
    this.#stride = stride;
    this.#length = length;
    this.capacity = length;
  }

  /** @internal Moves an array that lies inside a struct along with it. */
  moveTo(base: number): void {
    this.base = base;
  }

  get length(): number {
    return this.#length;
  }

  /** Says how many elements the answer has; new ones are zero. @throws RangeError above `capacity` */
  set length(length: number) {
    if (!(length >= 0 && length <= this.capacity && Number.isInteger(length))) {
      throw new RangeError(`${length} elements, at most ${this.capacity}`);
    }
    this.scratch.ensure(this.base + length * this.#stride);
    const from = Math.min(this.#length, length);
    this.scratch.zero(this.base + from * this.#stride, (length - from) * this.#stride);
    this.#length = length;
  }

  /** @internal An answer is begun: no elements yet. */
  open(capacity: number): void {
    this.capacity = capacity;
    this.#length = 0;
  }

  /** @internal The driver sent so many elements, which are in the scratch. */
  load(length: number): void {
    this.capacity = length;
    this.#length = length;
  }

  /** @internal The request says how many bytes an element has. */
  space(stride: number): void {
    this.#stride = stride;
  }

  /** Where an element lies in the scratch. @throws RangeError where there is no such element */
  protected offsetOf(index: number): number {
    return this.base + checkIndex(index, this.#length) * this.#stride;
  }
}
