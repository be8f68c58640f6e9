/** @param mask what came, of `PollEvent` */
export type OnEvents = (mask: number) => void;

/**
 * Who watches, by token. A token that was given back is not given out again before the batch of events that may still
 * name it has been handled.
 */
export class WatchTable {
  readonly #handlers: (OnEvents | undefined)[] = [];
  readonly #free: number[] = [];
  #removed: number[] = [];
  #inBatch = false;

  add(onEvents: OnEvents): number {
    const token = this.#free.pop() ?? this.#handlers.length;
    this.#handlers[token] = onEvents;
    return token;
  }

  remove(token: number): void {
    this.#handlers[token] = undefined;
    (this.#inBatch ? this.#removed : this.#free).push(token);
  }

  /** Undefined where nobody watches any more. */
  find(token: number): OnEvents | undefined {
    return this.#handlers[token];
  }

  beginBatch(): void {
    this.#inBatch = true;
  }

  endBatch(): void {
    this.#inBatch = false;
    if (this.#removed.length === 0) return;
    this.#free.push(...this.#removed);
    this.#removed = [];
  }
}
