/** Bits in a feature set: net uses 64 to 70, and the specification ends at 127. */
const FEATURE_BITS = 128;

/** A set of feature bits as four 32-bit words, least significant first; never one 64-bit number. */
export class FeatureSet {
  readonly words: Uint32Array = new Uint32Array(FEATURE_BITS / 32);

  /** The set that holds the given bit numbers. */
  static of(...bits: readonly number[]): FeatureSet {
    const set = new FeatureSet();
    for (const bit of bits) set.add(bit);
    return set;
  }

  /** @param words least significant first; missing ones are 0, further ones must be 0 */
  static fromWords(words: ArrayLike<number>): FeatureSet {
    const set = new FeatureSet();
    for (let i = 0; i < words.length; i++) {
      if (i < set.words.length) set.words[i] = words[i] as number;
      else if (words[i] !== 0) throw new RangeError(`feature bits above ${FEATURE_BITS - 1}`);
    }
    return set;
  }

  has(bit: number): boolean {
    return (((this.words[bit >>> 5] as number) >>> (bit & 31)) & 1) === 1;
  }

  add(bit: number): void {
    this.words[bit >>> 5] = (this.words[bit >>> 5] as number) | (1 << (bit & 31));
  }

  remove(bit: number): void {
    this.words[bit >>> 5] = (this.words[bit >>> 5] as number) & ~(1 << (bit & 31));
  }

  /** The bits that both sets hold. */
  and(other: FeatureSet): FeatureSet {
    return FeatureSet.fromWords(this.words.map((word, i) => word & (other.words[i] as number)));
  }

  /** The bits that this set holds and the other does not. */
  without(other: FeatureSet): FeatureSet {
    return FeatureSet.fromWords(this.words.map((word, i) => word & ~(other.words[i] as number)));
  }

  get isEmpty(): boolean {
    return this.words.every((word) => word === 0);
  }

  /** Bit numbers in ascending order. */
  get bits(): number[] {
    return Array.from({ length: FEATURE_BITS }, (_, bit) => bit).filter((bit) => this.has(bit));
  }
}
