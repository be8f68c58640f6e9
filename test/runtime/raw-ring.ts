import type { VirtqueueLayout } from "../../runtime/virtqueue/virtqueue.js";
import type { Guest, GuestRun } from "./guest.js";
import type { RawQueue } from "./raw-queue.js";

/** Descriptor flags, from VIRTIO 2.7.5. */
export const NEXT = 1;
export const WRITE = 2;
export const INDIRECT = 4;

/** A descriptor as a driver writes it; absent fields are 0. */
export interface RawDescriptor {
  readonly address: number | bigint;
  readonly length?: number;
  readonly flags?: number;
  readonly next?: number;
}

/**
 * A split virtqueue written byte by byte from the layouts of VIRTIO 2.7: what any driver, well-behaved or not, can do.
 * It checks nothing.
 */
export class RawRing implements RawQueue {
  readonly packed = false;
  readonly modulo = 65536;
  readonly layout: VirtqueueLayout;
  readonly guest: Guest;
  /** Index of the next available entry; what `publish` stores. */
  available: number;
  /** Index of the next used entry to look at. */
  seen: number;

  /** Lays the ring out at an address, zeroed, with both indices at `start`. */
  constructor(guest: Guest, address: number, size: number, start = 0) {
    this.guest = guest;
    this.available = start;
    this.seen = start;
    const driverArea = address + 16 * size;
    const deviceArea = Math.ceil((driverArea + 6 + 2 * size) / 4) * 4;
    this.layout = { size, descriptorArea: address, driverArea, deviceArea };
    guest.set(address, new Uint8Array(deviceArea + 6 + 8 * size - address));
    guest.putU16(driverArea + 2, start);
    guest.putU16(deviceArea + 2, start);
  }

  get written(): readonly GuestRun[] {
    return [{ address: this.layout.deviceArea, length: 6 + 8 * this.layout.size }];
  }

  /** Writes a descriptor of the queue's table. */
  describe(index: number, descriptor: RawDescriptor): void {
    writeDescriptor(this.guest, this.layout.descriptorArea + 16 * index, descriptor);
  }

  chain(first: number, descriptors: readonly RawDescriptor[]): void {
    for (const [i, descriptor] of descriptors.entries()) {
      const last = i === descriptors.length - 1;
      const flags = (descriptor.flags ?? 0) | (last ? 0 : NEXT);
      this.describe(first + i, { ...descriptor, flags, next: last ? 0 : first + i + 1 });
    }
  }

  table(address: number, descriptors: readonly RawDescriptor[]): number {
    for (const [i, descriptor] of descriptors.entries()) {
      const last = i === descriptors.length - 1;
      const flags = (descriptor.flags ?? 0) | (last ? 0 : NEXT);
      this.tableEntry(address + 16 * i, { ...descriptor, flags, next: last ? 0 : i + 1 });
    }
    return 16 * descriptors.length;
  }

  tableEntry(at: number, descriptor: RawDescriptor): void {
    writeDescriptor(this.guest, at, descriptor);
  }

  offer(head: number): void {
    const { driverArea, size } = this.layout;
    this.guest.putU16(driverArea + 4 + 2 * (this.available % size), head);
    this.available = (this.available + 1) % 65536;
  }

  publish(): void {
    this.guest.putU16(this.layout.driverArea + 2, this.available);
  }

  wantsKick(places: readonly number[], eventIdx: boolean): boolean {
    return eventIdx ? places.includes(this.availableEvent) : this.usedFlags === 0;
  }

  get isAwaited(): boolean {
    return this.availableEvent === this.available;
  }

  setFlags(flags: number): void {
    this.guest.putU16(this.layout.driverArea, flags);
  }

  setUsedEvent(index: number): void {
    this.guest.putU16(this.layout.driverArea + 4 + 2 * this.layout.size, index);
  }

  get usedFlags(): number {
    return this.guest.u16(this.layout.deviceArea);
  }

  get usedIndex(): number {
    return this.guest.u16(this.layout.deviceArea + 2);
  }

  get availableEvent(): number {
    return this.guest.u16(this.layout.deviceArea + 4 + 8 * this.layout.size);
  }

  takeUsed(): [head: number, length: number][] {
    const entries: [number, number][] = [];
    for (; this.seen !== this.usedIndex; this.seen = (this.seen + 1) % 65536) {
      const at = this.layout.deviceArea + 4 + 8 * (this.seen % this.layout.size);
      entries.push([this.guest.u32(at), this.guest.u32(at + 4)]);
    }
    return entries;
  }
}

export function writeDescriptor(guest: Guest, at: number, descriptor: RawDescriptor): void {
  guest.putU64(at, BigInt(descriptor.address));
  guest.putU32(at + 8, descriptor.length ?? 0);
  guest.putU16(at + 12, descriptor.flags ?? 0);
  guest.putU16(at + 14, descriptor.next ?? 0);
}
