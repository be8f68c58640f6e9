import type { GuestMemory } from "../memory/guest-memory.js";
import { type Device, partsOf } from "../virtio/device.js";
import type { FeatureSet } from "../virtio/feature-set.js";
import type { QueueSetup } from "../virtio/open-ring.js";
import type { QueueEvents, QueuePlace, QueuePlan } from "../virtio/queue-place.js";
import { TransportFeature } from "../virtio/transport-features.js";
import { inflightLength } from "../virtqueue/open-virtqueue.js";
import type { LaneThread } from "./lane-thread.js";
import type { QueueSignals, SharedRegion, SharedSetup } from "./messages.js";
import { RemoteQueue } from "./remote-queue.js";

/** Makes descriptors of a queue by which driver and device notify each other, for the lane. */
export type SignalsOf = (index: number) => QueueSignals;

/** A session's queues, on the lanes of its device. */
export class LanePlace implements QueuePlace {
  readonly #device: Device;
  readonly #threads: readonly LaneThread[];
  readonly #signalsOf: SignalsOf;
  readonly #nextId: () => number;
  readonly #running = new Map<number, RemoteQueue>();

  constructor(device: Device, threads: readonly LaneThread[], signalsOf: SignalsOf, nextId: () => number) {
    this.#device = device;
    this.#threads = threads;
    this.#signalsOf = signalsOf;
    this.#nextId = nextId;
  }

  prepare(accepted: FeatureSet): void {
    const { offered, config } = partsOf(this.#device);
    const words = { offered: offered.words, accepted: accepted.words };
    const shared = this.#device.share();
    for (const thread of this.#threads) thread.prepare({ kind: "prepare", ...words, config: config.shared, shared });
  }

  run({ index, name, setup, accepted, terms, held }: QueuePlan, events: QueueEvents): RemoteQueue {
    const thread = this.#threads[index % this.#threads.length] as LaneThread;
    const signals = this.#signalsOf(index);
    const numbers = { index, name, accepted: accepted.words, terms, held, setup: sharedSetup(setup, accepted) };
    const queue = new RemoteQueue(thread, { kind: "run", queue: this.#nextId(), ...numbers, signals }, events);
    this.#running.set(index, queue);
    return queue;
  }

  /** Every lane is to use this memory and no other. */
  setMemory(memory: GuestMemory): void {
    const regions = memory.regions.map(({ guestAddress, mappings }): SharedRegion => {
      const length = mappings.reduce((sum, { byteLength }) => sum + byteLength, 0);
      return { guestAddress, mapping: mappings[0]?.nativeId ?? 0, length };
    });
    for (const thread of this.#threads) thread.setMemory({ kind: "memory", regions });
  }

  /** Whether some lane was told what it may not have taken yet. */
  get behind(): boolean {
    return this.#threads.some((thread) => thread.behind);
  }

  /** Resolves when every lane has taken all that it was told before. */
  async reached(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.ask("reach")));
  }

  /** Resolves when no I/O of any lane is in flight. */
  async settled(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.ask("settle")));
  }

  /** The driver's descriptors of a queue have changed. */
  signalsChanged(index: number): void {
    const queue = this.#running.get(index);
    if (queue?.stopping === false) queue.setSignals(this.#signalsOf(index));
  }
}

function sharedSetup({ inflight, position, ...layout }: QueueSetup, accepted: FeatureSet): SharedSetup {
  if (inflight === undefined) return { ...layout, position, inflight };
  const { mapping, offset, entries } = inflight;
  const range = { mapping: mapping.nativeId, offset: mapping.nativeOffset + offset };
  const length = inflightLength(entries, accepted.has(TransportFeature.RING_PACKED));
  return { ...layout, position, inflight: { ...range, length, entries } };
}
