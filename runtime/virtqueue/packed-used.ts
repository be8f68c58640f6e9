import { DESCRIPTOR_WRITE } from "./descriptor.js";
import {
  availableState,
  DESCRIPTOR_HALVES,
  FLAGS_HALF,
  ID_HALF,
  type PackedRing,
  STATE_MASK,
  usedState,
} from "./packed-ring.js";
import { RingPosition } from "./ring-position.js";

/**
 * Writes used descriptors into a packed ring, one for each buffer, and goes on by as many descriptors as the buffer had.
 * The driver sees nothing of a batch before the flags of its first one are stored: it looks at no other until then.
 */
export class PackedUsed {
  /** Where the next buffer is used. */
  readonly position: RingPosition;
  /** Descriptors that were used since the last publication. */
  unpublished = 0;
  readonly #ring: PackedRing;
  readonly #size: number;
  /** Buffers are used in order: one that was written completely needs no used descriptor if another follows. */
  readonly #inOrder: boolean;
  /** The used descriptor that was written last; with `#open`, the next buffer is used with it. */
  readonly #entry: RingPosition;
  #open = false;
  /** The first of the batch, and its flags. */
  #first = 0;
  #firstFlags = 0;

  constructor(ring: PackedRing, size: number, { at, wrap }: RingPosition, inOrder: boolean) {
    this.#ring = ring;
    this.#size = size;
    this.#inOrder = inOrder;
    this.position = new RingPosition(size, at, wrap);
    this.#entry = new RingPosition(size, at, wrap);
  }

  /**
   * Uses a buffer.
   *
   * @param count its descriptors
   * @param written bytes from the start of its writable part, and whether that is all of it
   */
  put(id: number, count: number, written: number, isComplete: boolean): void {
    const { words, halves } = this.#ring;
    const entry = this.#entry;
    if (!this.#open) entry.moveTo(this.position);
    this.#open = this.#inOrder && isComplete;
    if (this.unpublished === 0) this.#first = entry.at;
    const flags = usedState(entry.wrap) | (written > 0 ? DESCRIPTOR_WRITE : 0);
    const at = entry.at * DESCRIPTOR_HALVES;
    words[at / 2 + 2] = written;
    halves[at + ID_HALF] = id;
    if (entry.at === this.#first) this.#firstFlags = flags;
    else halves[at + FLAGS_HALF] = flags;
    this.position.advance(count);
    this.unpublished += count;
  }

  /** Lets the driver see the batch. */
  publish(): void {
    Atomics.store(this.#ring.halves, this.#first * DESCRIPTOR_HALVES + FLAGS_HALF, this.#firstFlags);
    this.unpublished = 0;
    this.#open = false;
  }

  /**
   * Takes back what an earlier backend has written and did not publish: the driver would take it for used as soon as it
   * gets there. The first one it never marked.
   *
   * @param count descriptors that are in flight, from `position` on
   */
  restore(count: number): void {
    const { halves } = this.#ring;
    const at = new RingPosition(this.#size, this.position.at, this.position.wrap);
    for (let i = 0; i < count; i++, at.advance(1)) {
      const place = at.at * DESCRIPTOR_HALVES + FLAGS_HALF;
      const flags = halves[place] as number;
      if ((flags & STATE_MASK) === usedState(at.wrap)) halves[place] = (flags & ~STATE_MASK) | availableState(at.wrap);
    }
  }
}
