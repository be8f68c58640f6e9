import type { Mapping } from "../memory/mapping.js";
import type { SpanList } from "../virtqueue/payload.js";

/** Words of a record before its runs, and of each run; the number of runs is the last of the former. */
const HEADER_WORDS = 7;
const RUN_WORDS = 3;

/** Operations that wait to be submitted, as the records that the addon takes. Allocates nothing once it has grown. */
export class IoBatch {
  /** Words in use. */
  words = 0;
  array: Float64Array = new Float64Array(1024);

  /** Adds a record; see `ioSubmit` for what the values mean. */
  add(
    operation: number,
    tag: number,
    file: number,
    position: number,
    length: number,
    flags: number,
    runs: number,
  ): void {
    const at = this.words;
    this.#reserve(at + HEADER_WORDS + RUN_WORDS * runs);
    const array = this.array;
    array[at] = operation;
    array[at + 1] = tag;
    array[at + 2] = file;
    array[at + 3] = position;
    array[at + 4] = length;
    array[at + 5] = flags;
    array[at + 6] = runs;
    this.words = at + HEADER_WORDS;
  }

  /** Adds the runs that the last record announced. */
  addRuns(runs: SpanList): void {
    const array = this.array;
    let at = this.words;
    for (let i = 0; i < runs.count; i++, at += RUN_WORDS) {
      const mapping = runs.mappings[i] as Mapping;
      array[at] = mapping.nativeId;
      array[at + 1] = mapping.nativeOffset + (runs.offsets[i] as number);
      array[at + 2] = runs.lengths[i] as number;
    }
    this.words = at;
  }

  /** Words of the first half of the records; of all where they are few. */
  firstHalf(few: number): number {
    let records = 0;
    for (let at = 0; at < this.words; at += this.#length(at)) records++;
    if (records <= few) return this.words;
    let at = 0;
    for (let left = Math.ceil(records / 2); left > 0; left--) at += this.#length(at);
    return at;
  }

  /** Forgets the first words, which were taken. */
  drop(words: number): void {
    this.array.copyWithin(0, words, this.words);
    this.words -= words;
  }

  /** The record that begins at a word, alone; it is not forgotten. */
  single(at: number): Float64Array {
    return this.array.slice(at, at + this.#length(at));
  }

  #length(at: number): number {
    return HEADER_WORDS + RUN_WORDS * (this.array[at + HEADER_WORDS - 1] as number);
  }

  #reserve(words: number): void {
    if (words <= this.array.length) return;
    const grown = new Float64Array(Math.max(words, 2 * this.array.length));
    grown.set(this.array);
    this.array = grown;
  }
}

/** Tag of a record. */
export function tagOf(record: Float64Array): number {
  return record[1] as number;
}
