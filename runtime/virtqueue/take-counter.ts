/** Numbers the buffers that are taken, in memory of the frontend: 64 bits, of which this side sees two words. */
export class TakeCounter {
  readonly #words: Uint32Array;
  /** The last number. */
  #low = 0;
  #high = 0;

  /** @param words memory in which each number is two words, the lower first */
  constructor(words: Uint32Array) {
    this.#words = words;
  }

  /** Writes the next number to a place, in words. */
  next(at: number): void {
    this.#low = (this.#low + 1) >>> 0;
    if (this.#low === 0) this.#high++;
    this.#words[at] = this.#low;
    this.#words[at + 1] = this.#high;
  }

  /** The number at a place; rounded where a hostile one has more than 53 bits. */
  at(place: number): number {
    return (this.#words[place + 1] as number) * 2 ** 32 + (this.#words[place] as number);
  }

  /** Counts on from the last of numbers in ascending order; from the beginning where a hostile one leaves no room. */
  resume(places: readonly number[]): void {
    const last = places.at(-1);
    this.#low = last === undefined ? 0 : (this.#words[last] as number);
    this.#high = last === undefined ? 0 : (this.#words[last + 1] as number);
    if (this.#high < 2 ** 20) return;
    this.#low = this.#high = 0;
    for (const place of places) this.next(place);
  }
}
