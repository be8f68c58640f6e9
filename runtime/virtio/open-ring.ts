import type { AddressSpace } from "../memory/address-space.js";
import type { Mapping } from "../memory/mapping.js";
import { SplitInflight } from "../virtqueue/split-inflight.js";
import { SplitQueue } from "../virtqueue/split-queue.js";
import type { Virtqueue, VirtqueueLayout } from "../virtqueue/virtqueue.js";
import type { FeatureSet } from "./feature-set.js";
import { TransportFeature } from "./transport-features.js";

/** How the driver set up a queue. */
export interface QueueSetup extends VirtqueueLayout {
  /** Available index to go on from; 0 where absent. */
  readonly nextAvailable?: number;
  /** Where what is in flight is written down, for a backend that comes after this one. */
  readonly inflight?: InflightPlace;
}

/** Memory that outlives this process, with room for a queue of so many entries. */
export interface InflightPlace {
  readonly mapping: Mapping;
  readonly offset: number;
  readonly size: number;
}

/**
 * Makes the device's end of a queue, in the format that was negotiated.
 *
 * @param notifyUsed sends a used buffer notification
 * @throws VirtqueueError where the layout cannot be used
 */
export function openRing(
  memory: AddressSpace,
  setup: QueueSetup,
  accepted: FeatureSet,
  notifyUsed: () => void,
): Virtqueue {
  const { inflight, nextAvailable = 0 } = setup;
  return new SplitQueue(memory, setup, {
    indirect: accepted.has(TransportFeature.INDIRECT_DESC),
    eventIdx: accepted.has(TransportFeature.EVENT_IDX),
    nextAvailable,
    inflight: inflight && new SplitInflight(inflight.mapping, inflight.offset, inflight.size),
    notifyUsed,
  });
}
