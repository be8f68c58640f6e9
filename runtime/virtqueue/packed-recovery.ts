import { DESCRIPTOR_NEXT } from "./descriptor.js";
import type { InflightViews } from "./inflight-memory.js";
import { byteOf, Entry, Header, halfOf, REGION_VERSION, Wrap, wordOf } from "./packed-region.js";
import { availableState, DESCRIPTOR_HALVES, FLAGS_HALF, type PackedDescriptors, STATE_MASK } from "./packed-ring.js";
import type { RingPosition } from "./ring-position.js";
import { VirtqueueError } from "./virtqueue-error.js";

/** A buffer that an earlier backend took and never put back. */
export interface LostBuffer {
  /** Its first entry in the region, and its last. */
  readonly entry: number;
  readonly last: number;
  /** A copy of its descriptors, as they were in the ring: all but the last have NEXT, and all are available. */
  readonly descriptors: PackedDescriptors;
  readonly count: number;
}

/** What the partition of a region has found. */
export interface Partition {
  /** The first free entry, and the entry after each. */
  readonly free: number;
  readonly next: Uint16Array;
  /** By the order in which they were taken. */
  readonly lost: readonly LostBuffer[];
}

/** Reads what an earlier backend left in the region of a packed virtqueue. Everything in it is checked. */
export class PackedRecovery {
  readonly #views: InflightViews;
  readonly #entries: number;
  readonly #size: number;

  /**
   * @param entries of the region
   * @param size descriptors of the ring
   */
  constructor(views: InflightViews, entries: number, size: number) {
    this.#views = views;
    this.#entries = entries;
    this.#size = size;
  }

  /**
   * Completes a publication that the driver has seen, or takes one back that it has not.
   *
   * @param used moved to where the used descriptors begin
   * @throws VirtqueueError where the header is not one of this ring
   */
  settle({ halves }: PackedDescriptors, used: RingPosition): void {
    const region = this.#views;
    const version = region.halves[Header.VERSION] as number;
    const entries = region.halves[Header.ENTRIES] as number;
    if (version !== REGION_VERSION) throw broken(`version ${version}`);
    if (entries !== this.#entries) throw broken(`a region for ${entries}, the queue has ${this.#entries}`);
    const now = this.#position(Header.USED, Wrap.USED);
    const old = this.#position(Header.OLD_USED, Wrap.OLD_USED);
    const changed = now.at !== old.at || now.wrap !== old.wrap;
    const flags = halves[old.at * DESCRIPTOR_HALVES + FLAGS_HALF] as number;
    const seen = changed && (flags & STATE_MASK) !== availableState(old.wrap);
    const { at, wrap } = seen ? now : old;
    const free = region.halves[seen ? Header.FREE : Header.OLD_FREE] as number;
    Atomics.store(region.halves, seen ? Header.OLD_FREE : Header.FREE, free);
    Atomics.store(region.bytes, seen ? Wrap.OLD_USED : Wrap.USED, wrap);
    Atomics.store(region.halves, seen ? Header.OLD_USED : Header.USED, at);
    used.at = at;
    used.wrap = wrap;
  }

  /**
   * Finds out which entries are free, and which belong to a buffer; what is free is not in flight.
   *
   * @throws VirtqueueError where an entry is neither, or both
   */
  partition(): Partition {
    const { bytes, halves } = this.#views;
    const next = Uint16Array.from(
      { length: this.#entries },
      (_, entry) => halves[halfOf(entry) + Entry.NEXT] as number,
    );
    const seen = new Uint8Array(this.#entries);
    const free = halves[Header.FREE] as number;
    for (let entry = free; entry !== this.#entries; entry = next[entry] as number) {
      this.#visit(seen, entry);
      Atomics.store(bytes, byteOf(entry) + Entry.IN_FLIGHT, 0);
    }
    const lost: { buffer: LostBuffer; order: number }[] = [];
    for (let entry = 0; entry < this.#entries; entry++) {
      if (bytes[byteOf(entry) + Entry.IN_FLIGHT] === 0) continue;
      lost.push({ buffer: this.#lost(entry, next, seen), order: this.#orderOf(entry) });
    }
    const orphan = seen.indexOf(0);
    if (orphan >= 0) throw broken(`entry ${orphan} is neither free nor in flight`);
    const buffers = lost.sort((a, b) => a.order - b.order).map(({ buffer }) => buffer);
    const descriptors = buffers.reduce((sum, { count }) => sum + count, 0);
    if (descriptors > this.#size) throw broken(`${descriptors} descriptors in flight, the queue has ${this.#size}`);
    return { free, next, lost: buffers };
  }

  #position(index: number, wrapAt: number): { at: number; wrap: number } {
    const at = this.#views.halves[index] as number;
    const wrap = this.#views.bytes[wrapAt] as number;
    if (at < this.#size && wrap <= 1) return { at, wrap };
    throw broken(`position ${at} with wrap counter ${wrap}, the queue has ${this.#size}`);
  }

  #visit(seen: Uint8Array, entry: number): void {
    if (entry >= this.#entries) throw broken(`entry ${entry} of ${this.#entries}`);
    if (seen[entry] !== 0) throw broken(`entry ${entry} belongs to two lists`);
    seen[entry] = 1;
  }

  #lost(first: number, next: Uint16Array, seen: Uint8Array): LostBuffer {
    const { halves, words } = this.#views;
    const count = halves[halfOf(first) + Entry.COUNT] as number;
    if (count === 0) throw broken(`a buffer without descriptors at entry ${first}`);
    const copy = new Int32Array(Math.min(count, this.#entries) * 4);
    let last = first;
    for (let i = 0, entry = first; i < count; i++, entry = next[entry] as number) {
      this.#visit(seen, entry);
      const from = wordOf(entry);
      copy[i * 4] = words[from + Entry.ADDRESS] as number;
      copy[i * 4 + 1] = words[from + Entry.ADDRESS + 1] as number;
      copy[i * 4 + 2] = words[from + Entry.LENGTH] as number;
      copy[i * 4 + 3] = words[from + Entry.ID_AND_FLAGS] as number;
      last = entry;
    }
    return { entry: first, last, count, descriptors: asAvailable(copy) };
  }

  #orderOf(entry: number): number {
    const { words } = this.#views;
    const at = wordOf(entry) + Entry.NUMBER;
    return (words[at + 1] as number) * 2 ** 32 + (words[at] as number);
  }
}

/** A list may have begun in one round of the ring and ended in the next: its copy is of one. */
function asAvailable(words: Int32Array): PackedDescriptors {
  const halves = new Uint16Array(words.buffer);
  for (let at = FLAGS_HALF; at < halves.length; at += DESCRIPTOR_HALVES) {
    const flags = (halves[at] as number) & ~(STATE_MASK | DESCRIPTOR_NEXT);
    const isLast = at + DESCRIPTOR_HALVES > halves.length;
    halves[at] = flags | availableState(1) | (isLast ? 0 : DESCRIPTOR_NEXT);
  }
  return { words, halves };
}

function broken(what: string): VirtqueueError {
  return new VirtqueueError("inflight-region", what);
}
