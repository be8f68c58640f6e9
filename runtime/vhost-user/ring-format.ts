import type { DeviceModel } from "../virtio/device-model.js";
import { TransportFeature } from "../virtio/transport-features.js";
import { PACKED_START, ringPosition } from "../virtqueue/ring-position.js";
import { ProtocolError } from "./protocol-error.js";

/** Whether rings are packed, by the features that the frontend has set. */
export function isPacked(model: DeviceModel): boolean {
  return model.accepted.has(TransportFeature.RING_PACKED);
}

/** @throws ProtocolError where a queue cannot have so many entries (VIRTIO 2.7, 2.8.10.1), or may not here */
export function checkQueueSize(size: number, max: number, packed: boolean): void {
  if (size > 0 && size <= max && (packed || (size & (size - 1)) === 0)) return;
  throw new ProtocolError(`queue size ${size} is no ${packed ? "number" : "power of two"} up to ${max}`);
}

/**
 * Checks where a ring is to begin: 16 bits in a split one, 32 in a packed one ("Vring descriptor indices").
 *
 * @param size entries; 0 where they are not known yet
 * @throws ProtocolError, VirtqueueError where that is no place in it
 */
export function checkBase(index: number, base: number, size: number, packed: boolean): void {
  if (packed && size > 0) ringPosition(base, size);
  if (!packed && base > 0xffff) throw new ProtocolError(`ring ${index}: base ${base} has more than 16 bits`);
}

/** Where a ring begins that nobody has used. */
export function firstBase(packed: boolean): number {
  return packed ? PACKED_START : 0;
}
