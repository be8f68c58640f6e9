import { Block } from "./block.js";

/** Largest mapping, in bytes: an offset into a mapping is always a small integer, which costs no allocation. */
export const MAPPING_MAX: number = 2 ** 30;

/** Where a mapping lies in memory that native code knows. */
export interface NativeOrigin {
  /** Id that native code knows the memory by. */
  readonly id: number;
  /** Byte of that memory at which the mapping begins. */
  readonly offset: number;
  /** The word at `slot` is the id for as long as the memory is there. */
  readonly states: Int32Array;
  readonly slot: number;
}

/**
 * A run of guest memory that this process can reach, at most `MAPPING_MAX` bytes.
 *
 * Code outside `memory/` holds a mapping and an offset, never an address of this process. Memory that is taken away is
 * revoked, not detached: its bytes stay readable (as zeroes, once the native layer has replaced the pages) so that a late
 * access harms nobody, and a virtqueue whose ring lies in it stops at its next look.
 */
export class Mapping extends Block {
  /** Id of the memory in native code, and the byte of it where this begins; 0 where it is memory of JavaScript alone. */
  readonly nativeId: number;
  readonly nativeOffset: number;
  readonly #states: Int32Array;
  readonly #slot: number;

  constructor(memory: ArrayBufferLike | number, byteOffset?: number, byteLength?: number, origin?: NativeOrigin) {
    super(memory, byteOffset, byteLength);
    this.nativeId = origin?.id ?? 0;
    this.nativeOffset = origin?.offset ?? 0;
    this.#states = origin?.states ?? new Int32Array(1);
    this.#slot = origin?.slot ?? 0;
  }

  /** Whether the memory was taken away; once it was, it stays so. */
  get revoked(): boolean {
    return this.#states[this.#slot] !== this.nativeId;
  }

  /** Takes memory away that native code does not know; what it knows, it revokes itself. */
  revoke(): void {
    if (this.nativeId === 0) this.#states[this.#slot] = 1;
  }
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
