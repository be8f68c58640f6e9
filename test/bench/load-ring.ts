import type { DriverMemory } from "../../runtime/testing/driver-memory.js";
import type { DriverBuffer, DriverRing } from "../../runtime/testing/driver-ring.js";
import { PackedDriverRing } from "../../runtime/testing/packed-driver-ring.js";
import { SplitDriverRing } from "../../runtime/testing/split-driver-ring.js";
import { DESCRIPTOR_NEXT } from "../../runtime/virtqueue/descriptor.js";
import {
  availableState,
  DESCRIPTOR_HALVES,
  FLAGS_HALF,
  ID_HALF,
  STATE_MASK,
  usedState,
} from "../../runtime/virtqueue/packed-ring.js";
import { RingPosition } from "../../runtime/virtqueue/ring-position.js";
import { RING_ENTRIES, RING_INDEX } from "../../runtime/virtqueue/split-ring.js";

/** A ring whose chains are made available again and again, all at once: as little work as a driver can have. */
export interface LoadRing {
  readonly ring: DriverRing;
  /** Adds a chain, which is available with the first `offer` at the latest. */
  add(buffers: readonly DriverBuffer[], direct: number | undefined): void;
  /** Makes all chains available again. */
  offer(): void;
  /** Whether the device has used all chains. */
  readonly isDone: boolean;
}

export class SplitLoadRing implements LoadRing {
  readonly ring: SplitDriverRing;
  readonly #heads: number[] = [];
  #index = 0;

  constructor(memory: DriverMemory, size: number) {
    this.ring = new SplitDriverRing(memory, size, { eventIdx: true });
  }

  add(buffers: readonly DriverBuffer[], direct: number | undefined): void {
    this.#heads.push(this.ring.add(buffers, direct));
    this.#index++;
  }

  offer(): void {
    const { available } = this.ring.ring;
    const mask = this.ring.layout.size - 1;
    const heads = this.#heads;
    for (let i = 0; i < heads.length; i++) {
      available[RING_ENTRIES + ((this.#index + i) & mask)] = heads[i] as number;
    }
    this.#index = (this.#index + heads.length) & 0xffff;
    Atomics.store(available, RING_INDEX, this.#index);
  }

  get isDone(): boolean {
    return Atomics.load(this.ring.ring.used, RING_INDEX) === this.#index;
  }
}

/** Used descriptors overwrite available ones: a driver of a packed ring writes them anew each time. */
export class PackedLoadRing implements LoadRing {
  readonly ring: PackedDriverRing;
  /** Descriptors of all chains, with the flags that stay. */
  readonly #words: Int32Array;
  readonly #halves: Uint16Array;
  #count = 0;
  readonly #next: RingPosition;
  readonly #start: RingPosition;

  constructor(memory: DriverMemory, size: number) {
    this.ring = new PackedDriverRing(memory, size, { eventIdx: true });
    this.#words = new Int32Array(size * 4);
    this.#halves = new Uint16Array(this.#words.buffer);
    this.#next = new RingPosition(size, 0, 1);
    this.#start = new RingPosition(size, 0, 1);
  }

  add(buffers: readonly DriverBuffer[], direct: number | undefined): void {
    const before = this.ring.room;
    this.ring.add(buffers, direct);
    // The flags of the very first one show only now.
    this.ring.publish();
    const [from, count] = [this.#count, before - this.ring.room];
    this.#words.set(this.ring.ring.words.subarray(from * 4, (from + count) * 4), from * 4);
    for (
      let at = from * DESCRIPTOR_HALVES + FLAGS_HALF;
      at < (from + count) * DESCRIPTOR_HALVES;
      at += DESCRIPTOR_HALVES
    ) {
      this.#halves[at] = (this.#halves[at] as number) & ~STATE_MASK;
    }
    this.#count += count;
    this.#next.advance(count);
  }

  offer(): void {
    const { words, halves } = this.ring.ring;
    const next = this.#next;
    this.#start.moveTo(next);
    let firstFlags = 0;
    for (let i = 0; i < this.#count; i++) {
      const at = next.at;
      words[at * 4] = this.#words[i * 4] as number;
      words[at * 4 + 1] = this.#words[i * 4 + 1] as number;
      words[at * 4 + 2] = this.#words[i * 4 + 2] as number;
      halves[at * DESCRIPTOR_HALVES + ID_HALF] = this.#halves[i * DESCRIPTOR_HALVES + ID_HALF] as number;
      const flags = (this.#halves[i * DESCRIPTOR_HALVES + FLAGS_HALF] as number) | availableState(next.wrap);
      if (i === 0) firstFlags = flags;
      else halves[at * DESCRIPTOR_HALVES + FLAGS_HALF] = flags;
      next.advance(1);
    }
    Atomics.store(halves, this.#start.at * DESCRIPTOR_HALVES + FLAGS_HALF, firstFlags);
  }

  /** The used descriptor of the last chain lies where its first available one was. */
  get isDone(): boolean {
    let last = this.#count - 1;
    const isInList = (i: number) =>
      i > 0 && ((this.#halves[(i - 1) * DESCRIPTOR_HALVES + FLAGS_HALF] as number) & DESCRIPTOR_NEXT) !== 0;
    while (isInList(last)) last--;
    const { halves, words } = this.ring.ring;
    const position = new RingPosition(words.length / 4, this.#start.at, this.#start.wrap);
    position.advance(last);
    const flags = halves[position.at * DESCRIPTOR_HALVES + FLAGS_HALF] as number;
    return (flags & STATE_MASK) === usedState(position.wrap);
  }
}
