import type { AddressSpace } from "../memory/address-space.js";
import { Chain } from "./chain.js";
import type { PackedInflight } from "./packed-inflight.js";
import type { LostBuffer } from "./packed-recovery.js";
import {
  availableState,
  DESCRIPTOR_HALVES,
  EVENT_DESCRIPTOR,
  EVENT_FLAGS,
  EventFlags,
  FLAGS_HALF,
  openPackedRing,
  type PackedDescriptors,
  type PackedRing,
  STATE_MASK,
} from "./packed-ring.js";
import { PackedUsed } from "./packed-used.js";
import { overrun, PackedWalk } from "./packed-walk.js";
import { PACKED_START, RingPosition, ringPosition } from "./ring-position.js";
import type { Spot } from "./spot.js";
import { UsedOrder } from "./used-order.js";
import type { QueueOptions, Virtqueue, VirtqueueLayout } from "./virtqueue.js";
import { VirtqueueError } from "./virtqueue-error.js";

/** What the features decide about a packed virtqueue, and how it reaches the driver. */
export interface PackedQueueOptions extends QueueOptions {
  /** Keeps track of what is in flight, for a backend that comes after this one. */
  readonly inflight?: PackedInflight | undefined;
}

/**
 * The device's end of a packed virtqueue (VIRTIO 2.8).
 *
 * The flags that hand a buffer over, and event suppression, go through Atomics on both sides; the rest of a descriptor is
 * plain accesses between them. Multi-byte fields are little-endian, as is every host that Node runs on with this runtime.
 */
export class PackedQueue implements Virtqueue {
  readonly size: number;
  /** One for each buffer that can be in flight. Which one a buffer gets has nothing to do with its id. */
  readonly chains: readonly Chain[];
  inFlight = 0;
  readonly #ring: PackedRing;
  readonly #walk: PackedWalk;
  readonly #used: PackedUsed;
  readonly #eventIdx: boolean;
  readonly #inflight: PackedInflight | undefined;
  readonly #order: UsedOrder | undefined;
  readonly #notifyUsed: () => void;
  /** Buffers that an earlier backend took and never put back, and how many of them were taken again. */
  readonly #lost: readonly LostBuffer[];
  #resumed = 0;
  /** The next descriptor to take. */
  readonly #next: RingPosition;
  /** Slots of chains that are not in flight; those that were last are taken first, for they are in the cache. */
  readonly #spare: Uint16Array;
  #spares: number;
  /** By slot: the id of the buffer, and its descriptors in the ring. By id: whether it is in flight. */
  readonly #ids: Uint16Array;
  readonly #counts: Uint16Array;
  readonly #held: Uint8Array;
  /** Descriptors that were taken, and are not yet seen as used by the driver. */
  #taken = 0;
  /** What the device's event suppression says; -1 before it was written. */
  #asked = -1;
  /** No notification decision was made yet: the first publication always notifies. */
  #first = true;
  /** The next buffer waits for a translation. */
  #parked = false;
  #stopped = false;

  /** @throws VirtqueueError where the layout or the position cannot be used */
  constructor(memory: AddressSpace, layout: VirtqueueLayout, options: PackedQueueOptions) {
    const { size } = layout;
    this.size = size;
    this.#ring = openPackedRing(memory, layout);
    this.#walk = new PackedWalk(memory, size, options.indirect);
    this.#eventIdx = options.eventIdx;
    this.#order = options.inOrder === true ? new UsedOrder(size) : undefined;
    this.#notifyUsed = options.notifyUsed;
    this.#inflight = options.inflight;
    const start = startOf(this.#ring, size, options.position ?? PACKED_START);
    this.#lost = this.#inflight?.recover(this.#ring, start, size) ?? [];
    this.#used = new PackedUsed(this.#ring, size, start, this.#order !== undefined);
    this.#next = new RingPosition(size, start.at, start.wrap);
    for (const { count } of this.#lost) this.#taken += count;
    this.#next.advance(this.#taken);
    this.#used.restore(this.#taken);
    this.chains = Array.from({ length: size }, (_, slot) => new Chain(slot));
    this.#spare = Uint16Array.from({ length: size }, (_, i) => size - 1 - i);
    this.#spares = size;
    this.#ids = new Uint16Array(size);
    this.#counts = new Uint16Array(size);
    this.#held = new Uint8Array(size);
  }

  get position(): number {
    return (this.#next.bits | (this.#used.position.bits << 16)) >>> 0;
  }

  take(): Chain | undefined {
    if (this.#resumed < this.#lost.length) return this.#takeLost();
    if (this.#stopped) return undefined;
    const { at, wrap } = this.#next;
    const flags = this.#flagsAt(at);
    if ((flags & STATE_MASK) !== availableState(wrap)) return this.#none();
    const room = this.size - this.#taken;
    if (room === 0) throw overrun(room);
    const chain = this.#open(this.#ring, at, flags, room);
    if (chain === undefined) return undefined;
    const { count } = this.#walk;
    this.#inflight?.take(chain.slot, this.#ring, this.#next, count);
    this.#taken += count;
    this.#next.advance(count);
    return chain;
  }

  put(chain: Chain, written: number): void {
    const { slot } = chain;
    if (!chain.inFlight) throw new Error(`buffer ${slot} was completed twice`);
    this.#order?.put(slot);
    const id = this.#ids[slot] as number;
    this.#used.put(id, this.#counts[slot] as number, written, written === chain.writableLength);
    this.#inflight?.put(slot);
    this.#held[id] = 0;
    this.#spare[this.#spares++] = slot;
    chain.inFlight = false;
    chain.trim();
    this.inFlight--;
  }

  publish(): void {
    const used = this.#used;
    const count = used.unpublished;
    if (count === 0) return;
    this.#inflight?.prepare(used.position);
    used.publish();
    this.#inflight?.publish(used.position);
    this.#taken -= count;
    const wanted = this.#first || this.#driverWants(count);
    this.#first = false;
    if (wanted) this.#notifyUsed();
  }

  arm(): boolean {
    if (this.#stopped) return false;
    if (this.#eventIdx) Atomics.store(this.#ring.deviceEvent, EVENT_DESCRIPTOR, this.#next.bits);
    this.#ask(this.#eventIdx ? EventFlags.DESCRIPTOR : EventFlags.ENABLE);
    return (this.#arrived() || this.#resumed < this.#lost.length) && !this.#parked;
  }

  /** With EVENT_IDX the descriptor that was named is passed soon, and asks for nothing before the ring has gone round. */
  disarm(): void {
    if (!this.#stopped && this.#asked !== EventFlags.DESCRIPTOR) this.#ask(EventFlags.DISABLE);
  }

  look(spot: Spot): void {
    const { mappings, halves } = this.#ring;
    const { at, wrap } = this.#next;
    const flags = this.#flagsAt(at);
    spot.mapping = mappings[0];
    spot.offset = halves.byteOffset - mappings[0].bytes.byteOffset + 2 * (at * DESCRIPTOR_HALVES + FLAGS_HALF);
    // What came since the last look at it must not be taken for what is there until something comes.
    spot.value = (flags & STATE_MASK) === availableState(wrap) ? flags ^ STATE_MASK : flags;
  }

  stop(): void {
    this.#stopped = true;
  }

  release(): void {
    if (this.inFlight === 0 && this.#resumed === this.#lost.length) this.#inflight?.clear();
  }

  /** Takes a buffer that an earlier backend had taken. */
  #takeLost(): Chain | undefined {
    if (this.#stopped) return undefined;
    const { entry, descriptors, count } = this.#lost[this.#resumed] as LostBuffer;
    const flags = descriptors.halves[FLAGS_HALF] as number;
    const chain = this.#open(descriptors, 0, flags, count);
    if (chain === undefined) return undefined;
    this.#inflight?.retake(chain.slot, entry);
    this.#resumed++;
    return chain;
  }

  /** Reads what a list of descriptors refers to; undefined where it waits for a translation. */
  #open(from: PackedDescriptors, at: number, flags: number, room: number): Chain | undefined {
    const walk = this.#walk;
    const chain = this.chains[this.#spare[this.#spares - 1] as number] as Chain;
    this.#parked = !walk.walk(chain, from, at, flags, room);
    if (this.#parked) return undefined;
    const { id } = walk;
    if (id >= this.size) throw new VirtqueueError("descriptor-index", `buffer id ${id} of ${this.size}`);
    if (this.#held[id] !== 0) throw new VirtqueueError("head-in-flight", `buffer id ${id} is in flight already`);
    this.#spares--;
    this.#held[id] = 1;
    this.#ids[chain.slot] = id;
    this.#counts[chain.slot] = walk.count;
    this.#order?.take(chain.slot);
    chain.inFlight = true;
    this.inFlight++;
    return chain;
  }

  #flagsAt(at: number): number {
    return Atomics.load(this.#ring.halves, at * DESCRIPTOR_HALVES + FLAGS_HALF);
  }

  /** Looks whether there is something to take. */
  #arrived(): boolean {
    const { at, wrap } = this.#next;
    if ((this.#flagsAt(at) & STATE_MASK) === availableState(wrap)) return true;
    this.#none();
    return false;
  }

  /** Nothing is available: memory that was taken away reads so too. */
  #none(): undefined {
    const [descriptors, driver, device] = this.#ring.mappings;
    if (descriptors.revoked || driver.revoked || device.revoked) {
      throw new VirtqueueError("ring-address", "the memory of the ring was taken away");
    }
    return undefined;
  }

  /** Tells the driver which notifications are wanted. */
  #ask(flags: number): void {
    if (this.#asked === flags) return;
    this.#asked = flags;
    Atomics.store(this.#ring.deviceEvent, EVENT_FLAGS, flags);
  }

  /** Whether the driver asked to hear of one of the last `count` descriptors (VIRTIO 2.8.10). */
  #driverWants(count: number): boolean {
    const { driverEvent } = this.#ring;
    const flags = Atomics.load(driverEvent, EVENT_FLAGS) & 3;
    if (flags === EventFlags.DISABLE) return false;
    if (flags !== EventFlags.DESCRIPTOR || !this.#eventIdx) return true;
    const event = Atomics.load(driverEvent, EVENT_DESCRIPTOR);
    const { at, wrap } = this.#used.position;
    const behind = at - (event & 0x7fff) + (event >>> 15 === wrap ? 0 : this.size);
    return behind > 0 && behind <= count;
  }
}

/**
 * Where a ring goes on. User-mode Linux says 0 for a ring that nobody has used. As a position that is the
 * end of a round with wrap counter 1, in which the last descriptor was made available. Where it never was, the ring is new.
 *
 * @throws VirtqueueError where the position is not one of the ring
 */
function startOf({ halves }: PackedRing, size: number, position: number): RingPosition {
  const last = halves[(size - 1) * DESCRIPTOR_HALVES + FLAGS_HALF] as number;
  const isNew = position === 0 && (last & availableState(1)) === 0;
  return ringPosition(isNew ? PACKED_START : position, size);
}
