import { throwLater } from "./uncaught.js";

/** Whoever started operations, and hears of their ends. */
export interface IoOwner {
  /**
   * An operation ended; called at the end of a batch of events, or in one of its own, never from within its start.
   *
   * @param tag what the owner gave the operation
   * @param result bytes done, 0 for what moves none, or a negative errno
   */
  ioDone(tag: number, result: number): void;
}

const NOBODY: IoOwner = { ioDone: () => {} };
const NONE = -1;

/** Which operation is whose, by a small number that stands for it in the addon. Allocates nothing once it has grown. */
export class OwnerTable {
  /** Operations that have not ended. */
  count = 0;
  readonly #owners: IoOwner[] = [];
  readonly #tags: number[] = [];
  /** Numbers that are free, each naming the next. */
  readonly #next: number[] = [];
  #free = NONE;

  add(owner: IoOwner, tag: number): number {
    this.count++;
    const entry = this.#free === NONE ? this.#owners.length : this.#free;
    if (entry === this.#free) this.#free = this.#next[entry] as number;
    this.#owners[entry] = owner;
    this.#tags[entry] = tag;
    return entry;
  }

  /** An operation ended: its number is free, and its owner is told. */
  end(entry: number, result: number): void {
    const owner = this.#owners[entry] as IoOwner;
    this.count--;
    this.#owners[entry] = NOBODY;
    this.#next[entry] = this.#free;
    this.#free = entry;
    try {
      owner.ioDone(this.#tags[entry] as number, result);
    } catch (error) {
      throwLater(error);
    }
  }
}
