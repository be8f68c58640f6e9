import { type InflightMemory, type InflightViews, inflightViews } from "./inflight-memory.js";
import { type LostBuffer, PackedRecovery } from "./packed-recovery.js";
import { byteOf, Entry, Header, halfOf, REGION_VERSION, regionLength, Wrap, wordOf } from "./packed-region.js";
import type { PackedDescriptors } from "./packed-ring.js";
import type { RingPosition } from "./ring-position.js";
import { TakeCounter } from "./take-counter.js";

/**
 * What a packed virtqueue has in flight, written down in memory that outlives this process (vhost-user, "Inflight I/O
 * tracking"): a copy of every descriptor that was taken, for used ones overwrite them in the ring.
 *
 * The memory is the frontend's. It is checked once, when this process begins; from then on it is only written.
 */
export class PackedInflight {
  readonly #entries: number;
  readonly #views: InflightViews;
  readonly #counter: TakeCounter;
  /** The entry after each: in the list of free ones, and in that of a buffer. */
  readonly #next: Uint16Array;
  /** By first entry of a buffer: its last one. */
  readonly #last: Uint16Array;
  /** First entries: of the buffer in each slot, and of the buffers that were put since the last publication. */
  readonly #firsts: Uint16Array;
  readonly #batch: Uint16Array;
  #batched = 0;
  #free = 0;

  static byteLength(entries: number): number {
    return regionLength(entries);
  }

  /** @throws VirtqueueError where the memory is misaligned or too small */
  constructor(memory: InflightMemory) {
    const { entries } = memory;
    this.#entries = entries;
    this.#views = inflightViews(memory, regionLength(entries));
    this.#counter = new TakeCounter(this.#views.words);
    this.#next = new Uint16Array(entries);
    this.#last = new Uint16Array(entries);
    this.#firsts = new Uint16Array(entries);
    this.#batch = new Uint16Array(entries);
  }

  /**
   * Begins, with what an earlier backend left behind.
   *
   * @param ring the ring's descriptors
   * @param used where the transport says that the used descriptors begin; moved to where they do
   * @param size descriptors of the ring
   * @returns what was taken and never put back, in the order in which it was taken
   * @throws VirtqueueError where the memory cannot be what a backend wrote
   */
  recover(ring: PackedDescriptors, used: RingPosition, size: number): readonly LostBuffer[] {
    if (this.#views.halves[Header.VERSION] === 0) this.#initialize(used);
    const recovery = new PackedRecovery(this.#views, this.#entries, size);
    recovery.settle(ring, used);
    const { free, next, lost } = recovery.partition();
    this.#next.set(next);
    this.#free = free;
    for (const { entry, last } of lost) this.#last[entry] = last;
    this.#counter.resume(lost.map(({ entry }) => wordOf(entry) + Entry.NUMBER));
    return lost;
  }

  /** A buffer is in flight from now on: its descriptors are copied. */
  take(slot: number, ring: PackedDescriptors, position: RingPosition, count: number): void {
    const { bytes, halves } = this.#views;
    const first = this.#free;
    let entry = first;
    for (let i = 0, at = position.at; i < count; i++, at++) {
      if (at * 4 === ring.words.length) at = 0;
      this.#copy(entry, ring.words, at * 4);
      this.#last[first] = entry;
      entry = this.#next[entry] as number;
    }
    halves[halfOf(first) + Entry.COUNT] = count;
    halves[halfOf(first) + Entry.LAST] = this.#last[first] as number;
    this.#counter.next(wordOf(first) + Entry.NUMBER);
    Atomics.store(bytes, byteOf(first) + Entry.IN_FLIGHT, 1);
    this.#firsts[slot] = first;
    this.#free = entry;
    Atomics.store(halves, Header.FREE, entry);
    Atomics.store(halves, Header.OLD_FREE, entry);
  }

  /** A buffer that was lost is in flight again. */
  retake(slot: number, entry: number): void {
    this.#firsts[slot] = entry;
  }

  /** A buffer is in the ring as used, which the driver cannot see yet; its entries are not free before that. */
  put(slot: number): void {
    this.#batch[this.#batched++] = this.#firsts[slot] as number;
  }

  /** The driver is about to see what was put. @param used where the used descriptors go on then */
  prepare({ at, wrap }: RingPosition): void {
    const { bytes, halves } = this.#views;
    for (let i = 0; i < this.#batched; i++) {
      const first = this.#batch[i] as number;
      const last = this.#last[first] as number;
      this.#next[last] = halves[halfOf(last) + Entry.NEXT] = this.#free;
      this.#free = first;
    }
    Atomics.store(halves, Header.FREE, this.#free);
    Atomics.store(bytes, Wrap.USED, wrap);
    Atomics.store(halves, Header.USED, at);
  }

  /** The driver sees what was put. The wrap counter is stored before the index: a change of the index alone is none. */
  publish({ at, wrap }: RingPosition): void {
    const { bytes, halves } = this.#views;
    for (let i = 0; i < this.#batched; i++) Atomics.store(bytes, byteOf(this.#batch[i] as number) + Entry.IN_FLIGHT, 0);
    this.#batched = 0;
    Atomics.store(halves, Header.OLD_FREE, this.#free);
    Atomics.store(bytes, Wrap.OLD_USED, wrap);
    Atomics.store(halves, Header.OLD_USED, at);
  }

  /** Nothing is in flight and the queue stops: whoever comes next begins anew, whatever becomes of the ring. */
  clear(): void {
    Atomics.store(this.#views.halves, Header.VERSION, 0);
  }

  /** `struct pvirtq_desc` is addr, len, id and flags; an entry has id and flags, len, addr. */
  #copy(entry: number, from: Int32Array, at: number): void {
    const { words } = this.#views;
    const to = wordOf(entry);
    words[to + Entry.ID_AND_FLAGS] = from[at + 3] as number;
    words[to + Entry.LENGTH] = from[at + 2] as number;
    words[to + Entry.ADDRESS] = from[at] as number;
    words[to + Entry.ADDRESS + 1] = from[at + 1] as number;
  }

  /** All entries are free, in a list that ends with their number. */
  #initialize({ at, wrap }: RingPosition): void {
    const { bytes, halves } = this.#views;
    bytes.fill(0);
    halves[Header.ENTRIES] = this.#entries;
    halves[Header.USED] = halves[Header.OLD_USED] = at;
    bytes[Wrap.USED] = bytes[Wrap.OLD_USED] = wrap;
    for (let entry = 0; entry < this.#entries; entry++) halves[halfOf(entry) + Entry.NEXT] = entry + 1;
    Atomics.store(halves, Header.VERSION, REGION_VERSION);
  }
}
