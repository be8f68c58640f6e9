import { DESCRIPTOR_INDIRECT, DESCRIPTOR_NEXT, DESCRIPTOR_SIZE, DESCRIPTOR_WRITE } from "../virtqueue/descriptor.js";
import {
  AVAILABLE_NO_INTERRUPT,
  openSplitRing,
  RING_ENTRIES,
  RING_FLAGS,
  RING_INDEX,
  type SplitRing,
  USED_NO_NOTIFY,
} from "../virtqueue/split-ring.js";
import type { VirtqueueLayout } from "../virtqueue/virtqueue.js";
import type { DriverMemory } from "./driver-memory.js";

/** One element of a chain, as a driver writes it. */
export interface DriverBuffer {
  readonly address: number;
  /** Bytes. */
  readonly length: number;
  /** The device writes it. */
  readonly writable: boolean;
}

/** A buffer that the device has used. */
export interface UsedBuffer {
  readonly head: number;
  /** Bytes that the device says it wrote. */
  readonly written: number;
}

export interface DriverRingOptions {
  /** VIRTIO_F_EVENT_IDX was negotiated. */
  readonly eventIdx?: boolean;
}

/** The driver's end of a split virtqueue (VIRTIO 2.7.13 and 2.7.14). */
export class DriverRing {
  readonly layout: VirtqueueLayout;
  /** The ring's parts, open to tests that write what no driver should. */
  readonly ring: SplitRing;
  readonly #memory: DriverMemory;
  readonly #eventIdx: boolean;
  /** Descriptors that no chain uses. */
  readonly #free: number[];
  /** By head: the descriptors of its chain, and its indirect table. */
  readonly #chains = new Map<number, { descriptors: number[]; table?: { address: number; length: number } }>();
  #available = 0;
  #published = 0;
  #used = 0;

  constructor(memory: DriverMemory, size: number, options: DriverRingOptions = {}) {
    this.#memory = memory;
    this.#eventIdx = options.eventIdx ?? false;
    this.layout = {
      size,
      descriptorArea: memory.allocate(DESCRIPTOR_SIZE * size, 16),
      driverArea: memory.allocate(6 + 2 * size, 2),
      deviceArea: memory.allocate(6 + 8 * size, 4),
    };
    this.ring = openSplitRing(memory.guest, this.layout);
    this.#free = Array.from({ length: size }, (_, i) => size - 1 - i);
  }

  /** Descriptors that are free. */
  get room(): number {
    return this.#free.length;
  }

  /**
   * Adds a chain to the available ring; the device sees it after `publish`.
   *
   * @param direct how many elements have descriptors in the queue's own table; the others go into an indirect table.
   *   Absent: all
   * @returns the head
   * @throws RangeError, with nothing taken, where too few descriptors or too little memory is free
   */
  add(buffers: readonly DriverBuffer[], direct: number = buffers.length): number {
    const own = Math.min(direct, buffers.length);
    const indirect = buffers.slice(own);
    const needed = own + (indirect.length > 0 ? 1 : 0);
    if (needed === 0 || needed > this.#free.length)
      throw new RangeError(`${needed} descriptors, ${this.room} are free`);
    const table = indirect.length > 0 ? this.#table(indirect) : undefined;
    const descriptors = this.#free.splice(-needed).reverse();
    const head = descriptors[0] as number;
    for (let i = 0; i < own; i++)
      this.#describe(descriptors[i] as number, buffers[i] as DriverBuffer, descriptors[i + 1]);
    if (table !== undefined) {
      this.writeDescriptor(descriptors[own] as number, table.address, table.length, DESCRIPTOR_INDIRECT, 0);
    }
    this.#chains.set(head, table === undefined ? { descriptors } : { descriptors, table });
    this.makeAvailable(head);
    return head;
  }

  /** Writes a descriptor of the queue's table, whatever it says. */
  writeDescriptor(index: number, address: number, length: number, flags: number, next: number): void {
    const words = this.ring.descriptors;
    words[index * 4] = address % 2 ** 32;
    words[index * 4 + 1] = Math.floor(address / 2 ** 32);
    words[index * 4 + 2] = length;
    words[index * 4 + 3] = flags | (next << 16);
  }

  /** Appends a head to the available ring, whatever it is. */
  makeAvailable(head: number): void {
    this.ring.available[RING_ENTRIES + (this.#available & (this.layout.size - 1))] = head;
    this.#available = (this.#available + 1) & 0xffff;
  }

  /** Lets the device see what was added. Returns whether it asked to be notified of that. */
  publish(): boolean {
    const { available, used } = this.ring;
    const old = this.#published;
    Atomics.store(available, RING_INDEX, this.#available);
    this.#published = this.#available;
    if (!this.#eventIdx) return (Atomics.load(used, RING_FLAGS) & USED_NO_NOTIFY) === 0;
    const event = Atomics.load(used, RING_ENTRIES + 4 * this.layout.size);
    return ((this.#available - event - 1) & 0xffff) < ((this.#available - old) & 0xffff);
  }

  /** The next buffer that the device has used; undefined where there is none. @throws Error where it cannot be ours */
  reap(): UsedBuffer | undefined {
    if (!this.hasUsed) return undefined;
    const entry = 1 + (this.#used & (this.layout.size - 1)) * 2;
    const head = this.ring.usedWords[entry] as number;
    const written = this.ring.usedWords[entry + 1] as number;
    this.#used = (this.#used + 1) & 0xffff;
    this.#recycle(head);
    return { head, written };
  }

  /** Whether there is something to reap. */
  get hasUsed(): boolean {
    return Atomics.load(this.ring.used, RING_INDEX) !== this.#used;
  }

  /** Asks for used buffer notifications: of the next buffer, with EVENT_IDX of one that comes `after` later. */
  arm(after = 0): void {
    const { available } = this.ring;
    if (this.#eventIdx) Atomics.store(available, RING_ENTRIES + this.layout.size, (this.#used + after) & 0xffff);
    else Atomics.store(available, RING_FLAGS, 0);
  }

  /** Asks for no used buffer notifications. */
  disarm(): void {
    if (this.#eventIdx) this.arm(0x8000);
    else Atomics.store(this.ring.available, RING_FLAGS, AVAILABLE_NO_INTERRUPT);
  }

  /** Gives the ring's memory back, and that of the indirect tables still out; the device must have let go of them. */
  release(): void {
    const { size, descriptorArea, driverArea, deviceArea } = this.layout;
    this.#memory.release(descriptorArea, DESCRIPTOR_SIZE * size);
    this.#memory.release(driverArea, 6 + 2 * size);
    this.#memory.release(deviceArea, 6 + 8 * size);
    for (const { table } of this.#chains.values()) {
      if (table !== undefined) this.#memory.release(table.address, table.length);
    }
    this.#chains.clear();
  }

  #describe(index: number, buffer: DriverBuffer, next: number | undefined): void {
    const flags = (buffer.writable ? DESCRIPTOR_WRITE : 0) | (next === undefined ? 0 : DESCRIPTOR_NEXT);
    this.writeDescriptor(index, buffer.address, buffer.length, flags, next ?? 0);
  }

  #table(buffers: readonly DriverBuffer[]): { address: number; length: number } {
    const length = buffers.length * DESCRIPTOR_SIZE;
    const address = this.#memory.allocate(length, 16);
    const table = new DataView(new ArrayBuffer(length));
    for (const [i, buffer] of buffers.entries()) {
      const last = i === buffers.length - 1;
      table.setBigUint64(i * 16, BigInt(buffer.address), true);
      table.setUint32(i * 16 + 8, buffer.length, true);
      table.setUint16(i * 16 + 12, (buffer.writable ? DESCRIPTOR_WRITE : 0) | (last ? 0 : DESCRIPTOR_NEXT), true);
      table.setUint16(i * 16 + 14, last ? 0 : i + 1, true);
    }
    this.#memory.write(address, new Uint8Array(table.buffer));
    return { address, length };
  }

  #recycle(head: number): void {
    const chain = this.#chains.get(head);
    if (chain === undefined) throw new Error(`the device used head ${head}, which is not in flight`);
    this.#chains.delete(head);
    this.#free.push(...chain.descriptors.reverse());
    if (chain.table !== undefined) this.#memory.release(chain.table.address, chain.table.length);
  }
}
