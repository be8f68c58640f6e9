import { MAPPING_SLOTS, native } from "../native/native.js";
import { MAPPING_MAX, Mapping } from "./mapping.js";

/** Memory behind a file descriptor, shared with whoever else has mapped it. */
export class SharedMemory {
  /** In order; all but the last are `MAPPING_MAX` bytes. */
  readonly mappings: readonly Mapping[];
  readonly #id: number;

  /**
   * Maps a range of a file; the descriptor may be closed afterwards.
   *
   * @throws NativeError where the range is empty, or not in the file
   */
  constructor(fd: number, offset: number, length: number) {
    this.#id = native().mapMemory(fd, offset, length);
    try {
      this.mappings = windowsOf(this.#id, length);
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** Takes the memory away: views read zeroes from now on, and what they write is lost. */
  readonly release = (): void => native().releaseMapping(this.#id);
}

/** Views on this thread of what was mapped on any. @throws NativeError EINVAL where it was released */
export function windowsOf(id: number, length: number): Mapping[] {
  const mappings: Mapping[] = [];
  for (let at = 0; at < length; at += MAPPING_MAX) mappings.push(windowOf(id, at, Math.min(MAPPING_MAX, length - at)));
  return mappings;
}

/** A view of a part, of at most `MAPPING_MAX` bytes. @throws NativeError EINVAL where it was released */
export function windowOf(id: number, offset: number, length: number): Mapping {
  const window = native().mapWindow(id, offset, length);
  const origin = { id, offset, states: native().mappingStates(), slot: id % MAPPING_SLOTS };
  return new Mapping(window, 0, length, origin);
}
