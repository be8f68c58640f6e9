import type { AddressSpace } from "../memory/address-space.js";
import type { InflightMemory } from "../virtqueue/inflight-memory.js";
import { openVirtqueue } from "../virtqueue/open-virtqueue.js";
import type { Virtqueue, VirtqueueLayout } from "../virtqueue/virtqueue.js";
import type { FeatureSet } from "./feature-set.js";
import { TransportFeature } from "./transport-features.js";

/** How the driver set up a queue. */
export interface QueueSetup extends VirtqueueLayout {
  /** Where to go on, as `Virtqueue.position`; absent on a queue that is new. */
  readonly position?: number;
  /** Where what is in flight is written down, for a backend that comes after this one. */
  readonly inflight?: InflightMemory;
}

/**
 * Opens the device's end of a queue as it was negotiated.
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
  return openVirtqueue(memory, setup, {
    packed: accepted.has(TransportFeature.RING_PACKED),
    inOrder: accepted.has(TransportFeature.IN_ORDER),
    indirect: accepted.has(TransportFeature.INDIRECT_DESC),
    eventIdx: accepted.has(TransportFeature.EVENT_IDX),
    ...(setup.position === undefined ? {} : { position: setup.position }),
    inflight: setup.inflight,
    notifyUsed,
  });
}
