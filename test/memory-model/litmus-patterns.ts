/** 16-bit words, as the indices of rings, or 32-bit ones. */
export type Words = Uint16Array | Int32Array;

/** What a round works on. Each of its places has a word in `x` and one in `y`, on cache lines of their own. */
export interface Places {
  readonly x: Words;
  readonly y: Words;
  /** By place: the first and the second thing that was looked at. */
  readonly first: Int32Array;
  readonly second: Int32Array;
}

/** What one side does at each place, `value` being new to this round. */
export type Part = (places: Places, value: number) => void;

/** What two sides do at the same time, and what must never come of it. */
export interface Pattern {
  readonly sides: readonly [Part, Part];
  /** Whether what was seen contradicts every order: told which of the two looks found the new value. */
  readonly isForbidden: (first: boolean, second: boolean) => boolean;
}

export const PLACES = 64;
/** Bytes. */
export const LINE = 64;

const step = (words: Words) => LINE / words.BYTES_PER_ELEMENT;

const storeXLoadY: Part = ({ x, y, first }, value) => {
  for (let i = 0, at = 0; i < PLACES; i++, at += step(x)) {
    Atomics.store(x, at, value);
    first[i] = Atomics.load(y, at);
  }
};

const storeYLoadX: Part = ({ x, y, second }, value) => {
  for (let i = 0, at = 0; i < PLACES; i++, at += step(x)) {
    Atomics.store(y, at, value);
    second[i] = Atomics.load(x, at);
  }
};

const plainStoreXLoadY: Part = ({ x, y, first }, value) => {
  for (let i = 0, at = 0; i < PLACES; i++, at += step(x)) {
    x[at] = value;
    first[i] = y[at] as number;
  }
};

const plainStoreYLoadX: Part = ({ x, y, second }, value) => {
  for (let i = 0, at = 0; i < PLACES; i++, at += step(x)) {
    y[at] = value;
    second[i] = x[at] as number;
  }
};

/** Writes an entry, then the index that says so. */
const storeXThenY: Part = ({ x, y }, value) => {
  for (let i = 0, at = 0; i < PLACES; i++, at += step(x)) {
    x[at] = value;
    Atomics.store(y, at, value);
  }
};

const loadYThenX: Part = ({ x, y, first, second }) => {
  for (let i = 0, at = 0; i < PLACES; i++, at += step(x)) {
    first[i] = Atomics.load(y, at);
    second[i] = x[at] as number;
  }
};

const neitherSaw = (first: boolean, second: boolean) => !first && !second;

export const patterns = {
  /** Both say that they sleep, or that there is work, and look whether the other one does: Dekker's. */
  "store buffering": { sides: [storeXLoadY, storeYLoadX], isForbidden: neitherSaw },
  /** The same without Atomics: what processors make of it. */
  "store buffering, plain": { sides: [plainStoreXLoadY, plainStoreYLoadX], isForbidden: neitherSaw },
  /** An entry, and the index that makes it visible. */
  "message passing": { sides: [storeXThenY, loadYThenX], isForbidden: (index, entry) => index && !entry },
} satisfies Record<string, Pattern>;

export type PatternName = keyof typeof patterns;
