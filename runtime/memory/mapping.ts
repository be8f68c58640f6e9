import { Block } from "./block.js";

/** Largest mapping, in bytes: an offset into a mapping is always a small integer, which costs no allocation. */
export const MAPPING_MAX: number = 2 ** 30;

/**
 * A run of guest memory that this process can reach, at most `MAPPING_MAX` bytes.
 *
 * Code outside `memory/` holds a mapping and an offset, never an address of this process. Memory that is taken away is
 * revoked, not detached: its bytes stay readable (as zeroes, once the native layer has replaced the pages) so that a late
 * access harms nobody, and a virtqueue whose ring lies in it stops at its next look.
 */
export class Mapping extends Block {
  /** Set when the memory was taken away; never cleared. */
  revoked = false;
}

/** Cuts a buffer into mappings of at most `MAPPING_MAX` bytes, in order. */
export function mappingsOf(buffer: ArrayBufferLike, byteOffset = 0, byteLength?: number): Mapping[] {
  const end = byteOffset + (byteLength ?? buffer.byteLength - byteOffset);
  const mappings: Mapping[] = [];
  for (let at = byteOffset; at < end; at += MAPPING_MAX) {
    mappings.push(new Mapping(buffer, at, Math.min(MAPPING_MAX, end - at)));
  }
  return mappings;
}
