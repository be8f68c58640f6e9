import type { Mapping } from "../memory/mapping.js";
import type { Places, Polled } from "../polled.js";

/** Words of a place, as the addon takes it. */
const PLACE_WORDS = 3;
/** What one call of the addon looks at. */
export const PLACES_MAX = 64;

/** Where a thread that spins looks, as the addon takes it. Allocates nothing. */
export class PlaceList implements Places {
  readonly words: Float64Array = new Float64Array(PLACE_WORDS * PLACES_MAX);
  count = 0;

  /** Takes down the places of some, of whom each has one. */
  collect(polled: readonly Polled[], count: number): void {
    this.count = 0;
    for (let i = 0; i < count; i++) (polled[i] as Polled).look(this);
  }

  word(mapping: Mapping, offset: number, value: number): void {
    this.#add(mapping.nativeId, mapping.nativeOffset + offset, value);
  }

  io(id: number): void {
    this.#add(0, id, 0);
  }

  #add(mapping: number, offset: number, value: number): void {
    const at = PLACE_WORDS * this.count++;
    this.words[at] = mapping;
    this.words[at + 1] = offset;
    this.words[at + 2] = value;
  }
}
