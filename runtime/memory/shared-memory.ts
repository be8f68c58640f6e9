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

function windowsOf(id: number, length: number): Mapping[] {
  const states = native().mappingStates();
  const mappings: Mapping[] = [];
  for (let at = 0; at < length; at += MAPPING_MAX) {
    const window = native().mapWindow(id, at, Math.min(MAPPING_MAX, length - at));
    mappings.push(new Mapping(window, 0, window.byteLength, { id, offset: at, states, slot: id % MAPPING_SLOTS }));
  }
  return mappings;
}
