import type { AddressSpace } from "../memory/address-space.js";
import type { Mapping } from "../memory/mapping.js";
import { DESCRIPTOR_SIZE, QUEUE_SIZE_MAX } from "./descriptor.js";
import { locate } from "./ring-part.js";
import type { VirtqueueLayout } from "./virtqueue.js";
import { VirtqueueError } from "./virtqueue-error.js";

/** Word positions in the available and the used ring, in 16-bit units: flags, idx, then the ring (VIRTIO 2.7.6, 2.7.8). */
export const RING_FLAGS = 0;
export const RING_INDEX = 1;
export const RING_ENTRIES = 2;

/** The driver does not want used buffer notifications (without EVENT_IDX). */
export const AVAILABLE_NO_INTERRUPT = 1;
/** The device does not want available buffer notifications (without EVENT_IDX). */
export const USED_NO_NOTIFY = 1;

/** The three parts of a split virtqueue as views of guest memory. */
export interface SplitRing {
  readonly descriptors: Int32Array;
  /** flags, idx, ring[size], used_event. */
  readonly available: Uint16Array;
  /** flags, idx, …, avail_event: the same memory as `usedWords`. */
  readonly used: Uint16Array;
  /** (flags and idx), then id and len of each entry. */
  readonly usedWords: Uint32Array;
  /** The memory that the parts lie in. */
  readonly mappings: readonly [Mapping, Mapping, Mapping];
}

/**
 * Finds the parts of a split virtqueue in memory.
 *
 * @throws VirtqueueError where the size is not allowed, or a part is misaligned, unmapped or not contiguous
 */
export function openSplitRing(memory: AddressSpace, layout: VirtqueueLayout): SplitRing {
  const size = layout.size;
  if (!Number.isInteger(size) || size < 1 || size > QUEUE_SIZE_MAX || (size & (size - 1)) !== 0) {
    throw new VirtqueueError("queue-size", `queue size ${size} is not a power of two from 1 to ${QUEUE_SIZE_MAX}`);
  }
  const table = locate(memory, {
    name: "descriptor table",
    address: layout.descriptorArea,
    length: DESCRIPTOR_SIZE * size,
    alignment: 16,
    write: false,
  });
  const available = locate(memory, {
    name: "available ring",
    address: layout.driverArea,
    length: 6 + 2 * size,
    alignment: 2,
    write: false,
  });
  const used = locate(memory, {
    name: "used ring",
    address: layout.deviceArea,
    length: 6 + 8 * size,
    alignment: 4,
    write: true,
  });
  return {
    descriptors: new Int32Array(table.buffer, table.at, size * 4),
    available: new Uint16Array(available.buffer, available.at, 3 + size),
    used: new Uint16Array(used.buffer, used.at, 3 + 4 * size),
    usedWords: new Uint32Array(used.buffer, used.at, 1 + 2 * size),
    mappings: [table.mapping, available.mapping, used.mapping],
  };
}
