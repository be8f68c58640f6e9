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
import { DriverChains, writableLength, writeTable } from "./driver-chains.js";
import type { DriverMemory } from "./driver-memory.js";
import type { DriverBuffer, DriverRing, DriverRingOptions, UsedBuffer } from "./driver-ring.js";

/** The driver's end of a split virtqueue (VIRTIO 2.7.13 and 2.7.14). */
export class SplitDriverRing implements DriverRing {
  readonly layout: VirtqueueLayout;
  /** The ring's parts, open to tests that write what no driver should. */
  readonly ring: SplitRing;
  readonly #memory: DriverMemory;
  readonly #eventIdx: boolean;
  /** Descriptors that no chain uses; with IN_ORDER they are in ring order, as they must be used then. */
  readonly #free: number[];
  readonly #chains: DriverChains;
  /** Buffers that a used entry told of, and that were not reaped yet. */
  readonly #settled: UsedBuffer[] = [];
  #available = 0;
  #published = 0;
  #used = 0;

  constructor(memory: DriverMemory, size: number, options: DriverRingOptions = {}) {
    this.#memory = memory;
    this.#eventIdx = options.eventIdx ?? false;
    this.#chains = new DriverChains(memory, options.inOrder ?? false);
    this.layout = {
      size,
      descriptorArea: memory.allocate(DESCRIPTOR_SIZE * size, 16),
      driverArea: memory.allocate(6 + 2 * size, 2),
      deviceArea: memory.allocate(6 + 8 * size, 4),
    };
    this.ring = openSplitRing(memory.guest, this.layout);
    this.#free = Array.from({ length: size }, (_, i) => i);
  }

  get room(): number {
    return this.#free.length;
  }

  add(buffers: readonly DriverBuffer[], direct: number = buffers.length): number {
    const own = Math.min(direct, buffers.length);
    const indirect = buffers.slice(own);
    const needed = own + (indirect.length > 0 ? 1 : 0);
    if (needed === 0 || needed > this.#free.length)
      throw new RangeError(`${needed} descriptors, ${this.room} are free`);
    const table = indirect.length > 0 ? writeTable(this.#memory, indirect, false) : undefined;
    const descriptors = this.#free.splice(0, needed);
    const head = descriptors[0] as number;
    for (let i = 0; i < own; i++)
      this.#describe(descriptors[i] as number, buffers[i] as DriverBuffer, descriptors[i + 1]);
    if (table !== undefined) {
      this.writeDescriptor(descriptors[own] as number, table.address, table.length, DESCRIPTOR_INDIRECT, 0);
    }
    this.#chains.add(head, {
      descriptors,
      writable: writableLength(buffers),
      ...(table === undefined ? {} : { table }),
    });
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

  makeAvailable(head: number): void {
    this.ring.available[RING_ENTRIES + (this.#available & (this.layout.size - 1))] = head;
    this.#available = (this.#available + 1) & 0xffff;
  }

  publish(): boolean {
    const { available, used } = this.ring;
    const old = this.#published;
    Atomics.store(available, RING_INDEX, this.#available);
    this.#published = this.#available;
    if (!this.#eventIdx) return (Atomics.load(used, RING_FLAGS) & USED_NO_NOTIFY) === 0;
    const event = Atomics.load(used, RING_ENTRIES + 4 * this.layout.size);
    return ((this.#available - event - 1) & 0xffff) < ((this.#available - old) & 0xffff);
  }

  reap(): UsedBuffer | undefined {
    if (this.#settled.length === 0 && this.#hasUsedEntry) this.#settle();
    return this.#settled.shift();
  }

  get hasUsed(): boolean {
    return this.#settled.length > 0 || this.#hasUsedEntry;
  }

  arm(after = 0): void {
    const { available } = this.ring;
    if (this.#eventIdx) Atomics.store(available, RING_ENTRIES + this.layout.size, (this.#used + after) & 0xffff);
    else Atomics.store(available, RING_FLAGS, 0);
  }

  disarm(): void {
    if (this.#eventIdx) this.arm(0x8000);
    else Atomics.store(this.ring.available, RING_FLAGS, AVAILABLE_NO_INTERRUPT);
  }

  release(): void {
    const { size, descriptorArea, driverArea, deviceArea } = this.layout;
    this.#memory.release(descriptorArea, DESCRIPTOR_SIZE * size);
    this.#memory.release(driverArea, 6 + 2 * size);
    this.#memory.release(deviceArea, 6 + 8 * size);
    this.#chains.release();
  }

  get #hasUsedEntry(): boolean {
    return Atomics.load(this.ring.used, RING_INDEX) !== this.#used;
  }

  #settle(): void {
    const entry = 1 + (this.#used & (this.layout.size - 1)) * 2;
    const head = this.ring.usedWords[entry] as number;
    const settled = this.#chains.settle(head, this.ring.usedWords[entry + 1] as number);
    this.#used = (this.#used + settled.length) & 0xffff;
    for (const { descriptors, ...used } of settled) {
      this.#free.push(...descriptors);
      this.#settled.push(used);
    }
  }

  #describe(index: number, buffer: DriverBuffer, next: number | undefined): void {
    const flags = (buffer.writable ? DESCRIPTOR_WRITE : 0) | (next === undefined ? 0 : DESCRIPTOR_NEXT);
    this.writeDescriptor(index, buffer.address, buffer.length, flags, next ?? 0);
  }
}
