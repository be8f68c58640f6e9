import type { AddressSpace } from "../memory/address-space.js";
import type { Mapping } from "../memory/mapping.js";
import { DESCRIPTOR_SIZE, QUEUE_SIZE_MAX } from "./descriptor.js";
import { locate } from "./ring-part.js";
import type { VirtqueueLayout } from "./virtqueue.js";
import { VirtqueueError } from "./virtqueue-error.js";

/** Bits of a descriptor's flags that say whose it is, compared with a wrap counter (VIRTIO 2.8.1). */
const AVAILABLE = 1 << 7;
const USED = 1 << 15;
/** Both: what of a descriptor's flags tells its state. Exclusive-or with it makes the state of the next round. */
export const STATE_MASK: number = AVAILABLE | USED;

/** Places in a descriptor, in 16-bit units: `struct pvirtq_desc` is addr le64, len le32, id le16, flags le16. */
export const DESCRIPTOR_HALVES: number = DESCRIPTOR_SIZE / 2;
export const ID_HALF = 6;
export const FLAGS_HALF = 7;

/** Places in an event suppression structure, in 16-bit units: desc, then flags (VIRTIO 2.8.14). */
export const EVENT_DESCRIPTOR = 0;
export const EVENT_FLAGS = 1;

/** What the flags of an event suppression structure ask for (VIRTIO 2.8.10). */
export const EventFlags = {
  ENABLE: 0,
  DISABLE: 1,
  /** Only of the descriptor that is named; with EVENT_IDX. */
  DESCRIPTOR: 2,
} as const;

/** Descriptors as a packed virtqueue has them: the same memory in two views. */
export interface PackedDescriptors {
  readonly words: Int32Array;
  readonly halves: Uint16Array;
}

/** The three parts of a packed virtqueue as views of guest memory. */
export interface PackedRing extends PackedDescriptors {
  /** Event suppression: the driver's wishes, and the device's. */
  readonly driverEvent: Uint16Array;
  readonly deviceEvent: Uint16Array;
  /** The memory that the parts lie in: descriptors, driver area, device area. */
  readonly mappings: readonly [Mapping, Mapping, Mapping];
}

/**
 * Finds the parts of a packed virtqueue in memory.
 *
 * @throws VirtqueueError where the size is not allowed, or a part is misaligned, unmapped or not contiguous
 */
export function openPackedRing(memory: AddressSpace, layout: VirtqueueLayout): PackedRing {
  const { size, descriptorArea, driverArea, deviceArea } = layout;
  if (!Number.isInteger(size) || size < 1 || size > QUEUE_SIZE_MAX) {
    throw new VirtqueueError("queue-size", `queue size ${size} is not from 1 to ${QUEUE_SIZE_MAX}`);
  }
  const ring = { name: "descriptor ring", address: descriptorArea, length: DESCRIPTOR_SIZE * size, alignment: 16 };
  const event = { length: 4, alignment: 4 };
  const descriptors = locate(memory, { ...ring, write: true });
  const driver = locate(memory, { ...event, name: "driver event suppression", address: driverArea, write: false });
  const device = locate(memory, { ...event, name: "device event suppression", address: deviceArea, write: true });
  return {
    words: new Int32Array(descriptors.buffer, descriptors.at, size * 4),
    halves: new Uint16Array(descriptors.buffer, descriptors.at, size * DESCRIPTOR_HALVES),
    driverEvent: new Uint16Array(driver.buffer, driver.at, 2),
    deviceEvent: new Uint16Array(device.buffer, device.at, 2),
    mappings: [descriptors.mapping, driver.mapping, device.mapping],
  };
}

/** What the state bits are of a descriptor that is available, or used, in a round with this wrap counter. */
export function availableState(wrap: number): number {
  return wrap === 0 ? USED : AVAILABLE;
}

export function usedState(wrap: number): number {
  return wrap === 0 ? 0 : STATE_MASK;
}
