import { DESCRIPTOR_INDIRECT, DESCRIPTOR_NEXT, DESCRIPTOR_SIZE, DESCRIPTOR_WRITE } from "../virtqueue/descriptor.js";
import {
  availableState,
  DESCRIPTOR_HALVES,
  EVENT_DESCRIPTOR,
  EVENT_FLAGS,
  EventFlags,
  FLAGS_HALF,
  ID_HALF,
  openPackedRing,
  type PackedRing,
  STATE_MASK,
  usedState,
} from "../virtqueue/packed-ring.js";
import { RingPosition } from "../virtqueue/ring-position.js";
import type { VirtqueueLayout } from "../virtqueue/virtqueue.js";
import { DriverChains, writableLength, writeTable } from "./driver-chains.js";
import type { DriverMemory } from "./driver-memory.js";
import type { DriverBuffer, DriverRing, DriverRingOptions, UsedBuffer } from "./driver-ring.js";

/** The driver's end of a packed virtqueue (VIRTIO 2.8.20 to 2.8.22). */
export class PackedDriverRing implements DriverRing {
  readonly layout: VirtqueueLayout;
  /** The ring's parts, open to tests that write what no driver should. */
  readonly ring: PackedRing;
  readonly #memory: DriverMemory;
  readonly #eventIdx: boolean;
  /** Ids that no buffer has. */
  readonly #free: number[];
  readonly #chains: DriverChains;
  /** Buffers that a used descriptor told of, and that were not reaped yet. */
  readonly #settled: UsedBuffer[] = [];
  /** Descriptors that are free, and where the next one lies. */
  #room: number;
  readonly #next: RingPosition;
  readonly #used: RingPosition;
  /** Descriptors since the last publication, and the first of them: its flags are stored last. */
  #added = 0;
  #first = 0;
  #firstFlags = 0;

  constructor(memory: DriverMemory, size: number, options: DriverRingOptions = {}) {
    this.#memory = memory;
    this.#eventIdx = options.eventIdx ?? false;
    this.#chains = new DriverChains(memory, options.inOrder ?? false);
    this.layout = {
      size,
      descriptorArea: memory.allocate(DESCRIPTOR_SIZE * size, 16),
      driverArea: memory.allocate(4, 4),
      deviceArea: memory.allocate(4, 4),
    };
    this.ring = openPackedRing(memory.guest, this.layout);
    this.#free = Array.from({ length: size }, (_, id) => id);
    this.#room = size;
    this.#next = new RingPosition(size, 0, 1);
    this.#used = new RingPosition(size, 0, 1);
  }

  get room(): number {
    return this.#room;
  }

  add(buffers: readonly DriverBuffer[], direct: number = buffers.length): number {
    const isDirect = direct >= buffers.length;
    const needed = isDirect ? buffers.length : 1;
    if (needed === 0 || needed > this.#room) throw new RangeError(`${needed} descriptors, ${this.room} are free`);
    const table = isDirect ? undefined : writeTable(this.#memory, buffers, true);
    const id = this.#free.shift() as number;
    this.#chains.add(id, {
      descriptors: Array.from({ length: needed }, () => id),
      writable: writableLength(buffers),
      ...(table === undefined ? {} : { table }),
    });
    if (table !== undefined) {
      this.#describe(table.address, table.length, id, DESCRIPTOR_INDIRECT);
      return id;
    }
    for (const [i, { address, length, writable }] of buffers.entries()) {
      const isLast = i === buffers.length - 1;
      this.#describe(address, length, id, (writable ? DESCRIPTOR_WRITE : 0) | (isLast ? 0 : DESCRIPTOR_NEXT));
    }
    return id;
  }

  makeAvailable(head: number): void {
    this.#describe(0, 0, head, 0);
  }

  publish(): boolean {
    const { halves, deviceEvent } = this.ring;
    const added = this.#added;
    if (added > 0) Atomics.store(halves, this.#first * DESCRIPTOR_HALVES + FLAGS_HALF, this.#firstFlags);
    this.#added = 0;
    const flags = Atomics.load(deviceEvent, EVENT_FLAGS);
    if (flags !== EventFlags.DESCRIPTOR) return flags !== EventFlags.DISABLE;
    const event = Atomics.load(deviceEvent, EVENT_DESCRIPTOR);
    const { at, wrap } = this.#next;
    const behind = at - (event & 0x7fff) + (event >>> 15 === wrap ? 0 : this.layout.size);
    return behind > 0 && behind <= added;
  }

  reap(): UsedBuffer | undefined {
    if (this.#settled.length === 0 && this.#hasUsedDescriptor) this.#settle();
    return this.#settled.shift();
  }

  get hasUsed(): boolean {
    return this.#settled.length > 0 || this.#hasUsedDescriptor;
  }

  arm(after = 0): void {
    const { driverEvent } = this.ring;
    const { at, wrap } = this.#used;
    const event = new RingPosition(this.layout.size, at, wrap);
    event.advance(after);
    if (this.#eventIdx) Atomics.store(driverEvent, EVENT_DESCRIPTOR, event.bits);
    Atomics.store(driverEvent, EVENT_FLAGS, this.#eventIdx ? EventFlags.DESCRIPTOR : EventFlags.ENABLE);
  }

  disarm(): void {
    Atomics.store(this.ring.driverEvent, EVENT_FLAGS, EventFlags.DISABLE);
  }

  release(): void {
    const { size, descriptorArea, driverArea, deviceArea } = this.layout;
    this.#memory.release(descriptorArea, DESCRIPTOR_SIZE * size);
    this.#memory.release(driverArea, 4);
    this.#memory.release(deviceArea, 4);
    this.#chains.release();
  }

  get #hasUsedDescriptor(): boolean {
    const { at, wrap } = this.#used;
    return (Atomics.load(this.ring.halves, at * DESCRIPTOR_HALVES + FLAGS_HALF) & STATE_MASK) === usedState(wrap);
  }

  #settle(): void {
    const { words, halves } = this.ring;
    const { at } = this.#used;
    const id = halves[at * DESCRIPTOR_HALVES + ID_HALF] as number;
    const hasWritten = ((halves[at * DESCRIPTOR_HALVES + FLAGS_HALF] as number) & DESCRIPTOR_WRITE) !== 0;
    for (const { descriptors, ...used } of this.#chains.settle(id, hasWritten ? (words[at * 4 + 2] as number) : 0)) {
      this.#free.push(used.head);
      this.#room += descriptors.length;
      this.#used.advance(descriptors.length);
      this.#settled.push(used);
    }
  }

  /** Writes the next descriptor; the flags of the first one since the last publication have to wait. */
  #describe(address: number, length: number, id: number, flags: number): void {
    const { words, halves } = this.ring;
    const { at, wrap } = this.#next;
    words[at * 4] = address % 2 ** 32;
    words[at * 4 + 1] = Math.floor(address / 2 ** 32);
    words[at * 4 + 2] = length;
    halves[at * DESCRIPTOR_HALVES + ID_HALF] = id;
    const marked = flags | availableState(wrap);
    if (this.#added++ > 0) halves[at * DESCRIPTOR_HALVES + FLAGS_HALF] = marked;
    else [this.#first, this.#firstFlags] = [at, marked];
    this.#room--;
    this.#next.advance(1);
  }
}
