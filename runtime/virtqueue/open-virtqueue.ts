import type { AddressSpace } from "../memory/address-space.js";
import type { InflightMemory } from "./inflight-memory.js";
import { PackedInflight } from "./packed-inflight.js";
import { PackedQueue } from "./packed-queue.js";
import { SplitInflight } from "./split-inflight.js";
import { SplitQueue } from "./split-queue.js";
import type { QueueOptions, Virtqueue, VirtqueueLayout } from "./virtqueue.js";

/** A virtqueue as it was negotiated. */
export interface NegotiatedQueue extends QueueOptions {
  /** VIRTIO_F_RING_PACKED was negotiated. */
  readonly packed: boolean;
  /** Where what is in flight is written down, for a backend that comes after this one. */
  readonly inflight?: InflightMemory | undefined;
}

/** Opens the device's end of a virtqueue in its format. @throws VirtqueueError where it cannot be used */
export function openVirtqueue(memory: AddressSpace, layout: VirtqueueLayout, options: NegotiatedQueue): Virtqueue {
  const { packed, inflight, ...rest } = options;
  if (packed) {
    return new PackedQueue(memory, layout, { ...rest, inflight: inflight && new PackedInflight(inflight) });
  }
  return new SplitQueue(memory, layout, { ...rest, inflight: inflight && new SplitInflight(inflight) });
}

/** Bytes that a queue of so many entries needs to write down what is in flight. */
export function inflightLength(entries: number, packed: boolean): number {
  return packed ? PackedInflight.byteLength(entries) : SplitInflight.byteLength(entries);
}
