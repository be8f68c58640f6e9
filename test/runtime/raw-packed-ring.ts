import type { VirtqueueLayout } from "../../runtime/virtqueue/virtqueue.js";
import type { Guest, GuestRun } from "./guest.js";
import type { RawQueue } from "./raw-queue.js";
import { NEXT, type RawDescriptor, WRITE } from "./raw-ring.js";

/** Descriptor flags and event flags, from VIRTIO 2.8.1 and 2.8.10. */
export const AVAIL: number = 1 << 7;
export const USED: number = 1 << 15;
const EVENT_DISABLE = 1;
const EVENT_DESC = 2;

/**
 * A packed virtqueue written byte by byte from the layouts of VIRTIO 2.8: what any driver, well-behaved or not, can do. It
 * checks nothing.
 */
export class RawPackedRing implements RawQueue {
  readonly packed = true;
  readonly layout: VirtqueueLayout;
  readonly guest: Guest;
  readonly modulo: number;
  /** Place of the next descriptor to make available. */
  available: number;
  /** Place of the next used descriptor to look at. */
  seen: number;
  readonly #chains = new Map<number, RawDescriptor>();
  /** Descriptors of the buffer that has an id. */
  readonly #counts = new Map<number, number>();
  /** Flags that are not stored yet: those of the first descriptor since the last publication. */
  #held: { at: number; flags: number } | undefined;

  /** Lays the ring out at an address, zeroed; `start` is a place of the first round or the second. */
  constructor(guest: Guest, address: number, size: number, start = 0) {
    const driverArea = address + 16 * size;
    this.guest = guest;
    this.modulo = 2 * size;
    this.available = this.seen = start;
    this.layout = { size, descriptorArea: address, driverArea, deviceArea: driverArea + 4 };
    guest.set(address, new Uint8Array(16 * size + 8));
    // As a ring that has gone round: what the device must not take is marked as used.
    for (let i = 0; i < size; i++) guest.putU16(this.#flagsAt(i), this.#wrap(start) === 1 ? 0 : AVAIL | USED);
    for (let i = 0; i < start % size; i++) guest.putU16(this.#flagsAt(i), this.#wrap(start) === 1 ? AVAIL | USED : 0);
  }

  /** As a transport hands a ring over. */
  get position(): number {
    const half = (this.available % this.layout.size) + this.#wrap(this.available) * 0x8000;
    return half * 0x1_0001;
  }

  get written(): readonly GuestRun[] {
    const { size, descriptorArea, deviceArea } = this.layout;
    return [
      { address: descriptorArea, length: 16 * size },
      { address: deviceArea, length: 4 },
    ];
  }

  describe(index: number, descriptor: RawDescriptor): void {
    this.#chains.set(index, descriptor);
  }

  chain(first: number, descriptors: readonly RawDescriptor[]): void {
    for (const [i, descriptor] of descriptors.entries()) {
      const last = i === descriptors.length - 1;
      this.describe(first + i, {
        ...descriptor,
        flags: (descriptor.flags ?? 0) | (last ? 0 : NEXT),
        next: last ? 0 : first + i + 1,
      });
    }
  }

  table(address: number, descriptors: readonly RawDescriptor[]): number {
    for (const [i, descriptor] of descriptors.entries()) this.tableEntry(address + 16 * i, descriptor);
    return 16 * descriptors.length;
  }

  tableEntry(at: number, { address, length = 0, flags = 0 }: RawDescriptor): void {
    this.guest.putU64(at, BigInt(address));
    this.guest.putU32(at + 8, length);
    this.guest.putU16(at + 12, 0xabcd);
    this.guest.putU16(at + 14, flags);
  }

  /** A chain that loops gets as many descriptors as the ring has, and one more. */
  offer(head: number, id = head): void {
    let count = 0;
    for (let index = head; ; count++) {
      const { next = 0, ...descriptor } = this.#chains.get(index) ?? { address: 0 };
      const flags = descriptor.flags ?? 0;
      if ((flags & NEXT) === 0 || count > this.layout.size) {
        this.append({ ...descriptor, flags }, id);
        break;
      }
      this.append(descriptor, id);
      index = next;
    }
    this.#counts.set(id, count + 1);
  }

  /** Writes the next descriptor of the ring, whatever it says. @param state bits that say whose it is; right where absent */
  append({ address, length = 0, flags = 0 }: RawDescriptor, id: number, state = this.#availableState()): void {
    const at = this.layout.descriptorArea + 16 * (this.available % this.layout.size);
    this.guest.putU64(at, BigInt(address));
    this.guest.putU32(at + 8, length);
    this.guest.putU16(at + 12, id);
    if (this.#held === undefined) this.#held = { at: at + 14, flags: flags | state };
    else this.guest.putU16(at + 14, flags | state);
    this.available = (this.available + 1) % this.modulo;
  }

  publish(): void {
    if (this.#held !== undefined) this.guest.putU16(this.#held.at, this.#held.flags);
    this.#held = undefined;
  }

  wantsKick(places: readonly number[]): boolean {
    const { deviceArea } = this.layout;
    const flags = this.guest.u16(deviceArea + 2);
    return flags === EVENT_DESC ? places.includes(this.#awaited) : flags !== EVENT_DISABLE;
  }

  get isAwaited(): boolean {
    return this.guest.u16(this.layout.deviceArea + 2) === EVENT_DESC && this.#awaited === this.available;
  }

  setFlags(flags: number): void {
    this.guest.putU32(this.layout.driverArea, flags === 1 ? EVENT_DISABLE * 0x1_0000 : 0);
  }

  setUsedEvent(place: number): void {
    const { driverArea, size } = this.layout;
    this.guest.putU16(driverArea, (place % size) + this.#wrap(place) * 0x8000);
    this.guest.putU16(driverArea + 2, EVENT_DESC);
  }

  get usedIndex(): number {
    return this.#peek().place;
  }

  takeUsed(): [head: number, length: number][] {
    const { place, used } = this.#peek();
    this.seen = place;
    return used;
  }

  /** What is used, and where that ends: the driver has to know how many descriptors a buffer had. */
  #peek(): { place: number; used: [head: number, length: number][] } {
    const used: [number, number][] = [];
    let place = this.seen;
    for (;;) {
      const at = this.layout.descriptorArea + 16 * (place % this.layout.size);
      const flags = this.guest.u16(at + 14);
      if (used.length === this.layout.size || (flags & (AVAIL | USED)) !== this.#wrap(place) * (AVAIL | USED)) break;
      const id = this.guest.u16(at + 12);
      used.push([id, (flags & WRITE) === 0 ? 0 : this.guest.u32(at + 8)]);
      place = (place + (this.#counts.get(id) ?? 1)) % this.modulo;
    }
    return { place, used };
  }

  /** The wrap counter at a place. */
  #wrap(place: number): number {
    return place % this.modulo < this.layout.size ? 1 : 0;
  }

  #availableState(): number {
    return this.#wrap(this.available) === 1 ? AVAIL : USED;
  }

  #flagsAt(index: number): number {
    return this.layout.descriptorArea + 16 * index + 14;
  }

  /** The place of which the device wants to hear. */
  get #awaited(): number {
    const event = this.guest.u16(this.layout.deviceArea);
    return (event & 0x7fff) + (event >= 0x8000 ? 0 : this.layout.size);
  }
}
