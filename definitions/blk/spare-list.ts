/** Something that is made once and used again and again. */
export interface Spare<T> {
  next: T | undefined;
}

/**
 * What waits for its next use: a list through the objects themselves, for a request may not allocate, and arrays that grow
 * and shrink do.
 */
export class SpareList<T extends Spare<T>> {
  #first: T | undefined;
  readonly #make: () => T;

  constructor(make: () => T) {
    this.#make = make;
  }

  take(): T {
    const spare = this.#first;
    if (spare === undefined) return this.#make();
    this.#first = spare.next;
    spare.next = undefined;
    return spare;
  }

  give(spare: T): void {
    spare.next = this.#first;
    this.#first = spare;
  }
}
