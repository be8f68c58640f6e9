/** A buffer as the driver means it, and the answer that it has to get. */
export interface ModelBuffer {
  readonly head: number;
  /** Entries of the descriptor table that it takes. */
  readonly descriptors: readonly number[];
  readonly answer: readonly number[];
  /** The device keeps it until it is told to answer. */
  readonly later: boolean;
}

/** What may happen at a used index update, by VIRTIO 2.7.7.2. */
export type Notification = "due" | "allowed" | "forbidden";

/**
 * A split virtqueue as the specification describes it, without memory: lists of buffers, and two counters. It predicts
 * what a driver sees; nothing in it comes from the engine.
 */
export class RingModel {
  readonly size: number;
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

  constructor(size: number, eventIdx: boolean, start: number) {
    this.size = size;
    this.eventIdx = eventIdx;
    this.free = Array.from({ length: size }, (_, i) => i);
    this.availableIndex = start;
    this.usedIndex = start;
  }

  add(buffer: ModelBuffer): void {
    this.free = this.free.filter((index) => !buffer.descriptors.includes(index));
    this.added.push(buffer);
  }

  /** The driver updates idx; the indices that the new entries have. */
  publish(): number[] {
    const indices = this.added.map((_, i) => (this.availableIndex + i) % 65536);
    this.availableIndex = (this.availableIndex + this.added.length) % 65536;
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
    const indices = buffers.map((_, i) => (this.usedIndex + i) % 65536);
    this.used.push(...buffers);
    this.usedIndex = (this.usedIndex + buffers.length) % 65536;
    const due = this.eventIdx ? indices.includes(this.usedEvent) : !this.noInterrupt;
    const otherwise = this.fresh ? "allowed" : "forbidden";
    this.fresh = false;
    return due ? "due" : otherwise;
  }
}
