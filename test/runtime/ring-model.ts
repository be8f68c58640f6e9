/** A buffer as the driver means it, and the answer that it has to get. */
export interface ModelBuffer {
  readonly head: number;
  /** Descriptors of the ring that it takes. */
  readonly descriptors: readonly number[];
  readonly answer: readonly number[];
  /** The device keeps it until it is told to answer. */
  readonly later: boolean;
}

/** What may happen at a used index update, by VIRTIO 2.7.7.2. */
export type Notification = "due" | "allowed" | "forbidden";

/**
 * A virtqueue as the specification describes it, without memory: lists of buffers, and two counters. It predicts what a
 * driver sees; nothing in it comes from the engine. What is counted are entries modulo 2^16 where the ring is split, and
 * descriptors modulo two rounds where it is packed.
 */
export class RingModel {
  readonly size: number;
  readonly packed: boolean;
  readonly modulo: number;
  readonly eventIdx: boolean;
  free: number[];
  /** In the available ring, and not yet covered by its idx. */
  added: ModelBuffer[] = [];
  /** With the device, in the order in which they were made available. */
  atDevice: ModelBuffer[] = [];
  /** In the used ring, and not yet seen by the driver. */
  used: ModelBuffer[] = [];
  availableIndex: number;
  usedIndex: number;
  /** What the driver wrote into used_event, and into the available ring's flags. */
  usedEvent = 0;
  noInterrupt = false;
  /** The device has not decided about a notification since it started. */
  fresh = true;

  constructor(packed: boolean, size: number, eventIdx: boolean, start: number) {
    this.packed = packed;
    this.modulo = packed ? 2 * size : 65536;
    this.size = size;
    this.eventIdx = eventIdx;
    this.free = Array.from({ length: size }, (_, i) => i);
    this.availableIndex = this.usedIndex = start % this.modulo;
  }

  add(buffer: ModelBuffer): void {
    this.free = this.free.filter((index) => !buffer.descriptors.includes(index));
    this.added.push(buffer);
  }

  /** The driver updates idx; the indices that the new entries have. */
  publish(): number[] {
    const indices = this.#places(this.availableIndex, this.added);
    this.availableIndex = (this.availableIndex + indices.length) % this.modulo;
    return indices;
  }

  /** The device serves what was published: what it answers at once is used in one update. */
  serve(): Notification | undefined {
    const arrived = this.added.splice(0);
    this.atDevice.push(...arrived.filter(({ later }) => later));
    return this.#use(arrived.filter(({ later }) => !later));
  }

  /** The device answers one of the buffers that it kept. */
  complete(index: number): Notification | undefined {
    return this.#use(this.atDevice.splice(index, 1));
  }

  /** The driver takes what was used. */
  reap(): ModelBuffer[] {
    const seen = this.used.splice(0);
    for (const { descriptors } of seen) this.free.push(...descriptors);
    return seen;
  }

  #use(buffers: readonly ModelBuffer[]): Notification | undefined {
    if (buffers.length === 0) return undefined;
    const indices = this.#places(this.usedIndex, buffers);
    this.used.push(...buffers);
    this.usedIndex = (this.usedIndex + indices.length) % this.modulo;
    const due = this.eventIdx ? indices.includes(this.usedEvent) : !this.noInterrupt;
    const otherwise = this.fresh ? "allowed" : "forbidden";
    this.fresh = false;
    return due ? "due" : otherwise;
  }

  /** The places that buffers take in the ring, from one on. */
  #places(from: number, buffers: readonly ModelBuffer[]): number[] {
    const counts = buffers.map(({ descriptors }) => (this.packed ? descriptors.length : 1));
    const count = counts.reduce((sum, each) => sum + each, 0);
    return Array.from({ length: count }, (_, i) => (from + i) % this.modulo);
  }
}
