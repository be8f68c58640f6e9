import type { AddressSpace } from "../memory/address-space.js";
import { Chain } from "./chain.js";
import type { SplitInflight } from "./split-inflight.js";
import {
  AVAILABLE_NO_INTERRUPT,
  openSplitRing,
  RING_ENTRIES,
  RING_FLAGS,
  RING_INDEX,
  type SplitRing,
  USED_NO_NOTIFY,
} from "./split-ring.js";
import { SplitWalk } from "./split-walk.js";
import type { Spot } from "./spot.js";
import { UsedOrder } from "./used-order.js";
import type { QueueOptions, Virtqueue, VirtqueueLayout } from "./virtqueue.js";
import { VirtqueueError } from "./virtqueue-error.js";

/** What the features decide about a split virtqueue, and how it reaches the driver. */
export interface SplitQueueOptions extends QueueOptions {
  /** Keeps track of what is in flight, for a backend that comes after this one. */
  readonly inflight?: SplitInflight | undefined;
}

/**
 * The device's end of a split virtqueue (VIRTIO 2.7).
 *
 * Indices and event fields go through Atomics on both sides of every store-then-load; entries are plain accesses between
 * them. Multi-byte fields are little-endian, as is every host that Node runs on with this runtime.
 */
export class SplitQueue implements Virtqueue {
  readonly size: number;
  /** One per head: the buffers that can be in flight. */
  readonly chains: readonly Chain[];
  inFlight = 0;
  readonly #ring: SplitRing;
  readonly #walk: SplitWalk;
  readonly #mask: number;
  readonly #eventIdx: boolean;
  readonly #inflight: SplitInflight | undefined;
  /** Heads that an earlier backend took and never put back, and how many of them were taken again. */
  readonly #lost: readonly number[];
  #resumed = 0;
  readonly #order: UsedOrder | undefined;
  readonly #notifyUsed: () => void;
  /** Next entry of the available ring to take, modulo 2^16. */
  #next: number;
  /** The available index as last read. */
  #available: number;
  /** Next entry of the used ring to fill, modulo 2^16. */
  #used: number;
  /** With IN_ORDER: index of the used entry that the next buffer shares with those before it; -1 where it gets its own. */
  #shared = -1;
  /** The used index that the driver sees, which is also that of the last notification decision. */
  #published: number;
  /** No decision was made yet: the first publication always notifies. */
  #first = true;
  /** The next buffer waits for a translation. */
  #parked = false;
  #stopped = false;

  /** @throws VirtqueueError where the layout cannot be used */
  constructor(memory: AddressSpace, layout: VirtqueueLayout, options: SplitQueueOptions) {
    this.size = layout.size;
    this.#ring = openSplitRing(memory, layout);
    this.#walk = new SplitWalk(memory, layout.size, options.indirect);
    this.#mask = layout.size - 1;
    this.#eventIdx = options.eventIdx;
    this.#order = options.inOrder === true ? new UsedOrder(layout.size) : undefined;
    this.#notifyUsed = options.notifyUsed;
    this.#used = this.#published = Atomics.load(this.#ring.used, RING_INDEX);
    this.#inflight = options.inflight;
    this.#lost = this.#inflight?.recover(this.#used) ?? [];
    const next = this.#lost.length > 0 ? this.#used + this.#lost.length : (options.position ?? 0);
    this.#next = this.#available = next & 0xffff;
    this.chains = Array.from({ length: layout.size }, (_, slot) => new Chain(slot));
    if (this.#eventIdx) Atomics.store(this.#ring.used, RING_FLAGS, 0);
  }

  get position(): number {
    return this.#next;
  }

  take(): Chain | undefined {
    if (this.#resumed < this.#lost.length) return this.#takeLost();
    if (this.#next === this.#available && !this.#arrived()) return undefined;
    const chain = this.#open(this.#ring.available[RING_ENTRIES + (this.#next & this.#mask)] as number);
    if (chain === undefined) return undefined;
    this.#next = (this.#next + 1) & 0xffff;
    this.#inflight?.take(chain.slot);
    return chain;
  }

  put(chain: Chain, written: number): void {
    if (!chain.inFlight) throw new Error(`buffer ${chain.slot} was completed twice`);
    const index = this.#order === undefined ? this.#used : this.#entryInOrder(this.#order, chain, written);
    const entry = 1 + (index & this.#mask) * 2;
    this.#ring.usedWords[entry] = chain.slot;
    this.#ring.usedWords[entry + 1] = written;
    this.#inflight?.put(chain.slot);
    this.#used = (this.#used + 1) & 0xffff;
    chain.inFlight = false;
    chain.trim();
    this.inFlight--;
  }

  publish(): void {
    const old = this.#published;
    if (this.#used === old) return;
    Atomics.store(this.#ring.used, RING_INDEX, this.#used);
    this.#inflight?.publish(this.#used);
    this.#published = this.#used;
    this.#shared = -1;
    const wanted = this.#first || this.#driverWants(old);
    this.#first = false;
    if (wanted) this.#notifyUsed();
  }

  arm(): boolean {
    if (this.#stopped) return false;
    if (this.#eventIdx) Atomics.store(this.#ring.used, RING_ENTRIES + 4 * this.size, this.#next);
    else Atomics.store(this.#ring.used, RING_FLAGS, 0);
    return (this.#arrived() || this.#resumed < this.#lost.length) && !this.#parked;
  }

  disarm(): void {
    if (!this.#eventIdx && !this.#stopped) Atomics.store(this.#ring.used, RING_FLAGS, USED_NO_NOTIFY);
  }

  look(spot: Spot): void {
    const { mappings, available } = this.#ring;
    spot.mapping = mappings[1];
    spot.offset = available.byteOffset - mappings[1].bytes.byteOffset + 2 * RING_INDEX;
    spot.value = this.#next;
  }

  stop(): void {
    this.#stopped = true;
    this.#available = this.#next;
  }

  release(): void {
    if (this.inFlight === 0 && this.#resumed === this.#lost.length) this.#inflight?.clear();
  }

  /** Takes a buffer that an earlier backend had taken. */
  #takeLost(): Chain | undefined {
    if (this.#stopped) return undefined;
    const chain = this.#open(this.#lost[this.#resumed] as number);
    if (chain !== undefined) this.#resumed++;
    return chain;
  }

  /** Index of the used entry for a buffer: a run of buffers that were written completely has one, with the last of them. */
  #entryInOrder(order: UsedOrder, chain: Chain, written: number): number {
    order.put(chain.slot);
    const index = this.#shared >= 0 ? this.#shared : this.#used;
    this.#shared = written === chain.writableLength ? index : -1;
    return index;
  }

  /** Reads what a head refers to; undefined where it waits for a translation. */
  #open(head: number): Chain | undefined {
    const chain = this.chains[head];
    if (chain === undefined) throw new VirtqueueError("descriptor-index", `head ${head} of ${this.size}`);
    if (chain.inFlight) throw new VirtqueueError("head-in-flight", `head ${head} is in flight already`);
    this.#parked = !this.#walk.walk(chain, this.#ring.descriptors, head);
    if (this.#parked) return undefined;
    this.#order?.take(head);
    chain.inFlight = true;
    this.inFlight++;
    return chain;
  }

  /** Reads the available index; true where there is something to take. */
  #arrived(): boolean {
    if (this.#stopped) return false;
    const [table, driver, device] = this.#ring.mappings;
    if (table.revoked || driver.revoked || device.revoked) {
      throw new VirtqueueError("ring-address", "the memory of the ring was taken away");
    }
    const available = Atomics.load(this.#ring.available, RING_INDEX);
    const pending = (available - this.#next) & 0xffff;
    if (pending > this.size) {
      throw new VirtqueueError(
        "available-index",
        `the available index moved by ${pending}, the queue has ${this.size}`,
      );
    }
    this.#available = available;
    return pending > 0;
  }

  /** Whether an entry from `old` up to now is one that the driver asked to be notified of (VIRTIO 2.7.7.2). */
  #driverWants(old: number): boolean {
    const { available } = this.#ring;
    if (!this.#eventIdx) return (Atomics.load(available, RING_FLAGS) & AVAILABLE_NO_INTERRUPT) === 0;
    const event = Atomics.load(available, RING_ENTRIES + this.size);
    return ((this.#used - event - 1) & 0xffff) < ((this.#used - old) & 0xffff);
  }
}
