import type { AddressSpace } from "../memory/address-space.js";
import type { Mapping } from "../memory/mapping.js";
import { VirtqueueError } from "./virtqueue-error.js";

/** A part of a virtqueue, as the driver says where it is. */
export interface RingPart {
  readonly name: string;
  /** Guest address, and length in bytes. */
  readonly address: number;
  readonly length: number;
  /** Bytes that the address is a multiple of. */
  readonly alignment: number;
  /** The device writes to it. */
  readonly write: boolean;
}

/** Where a part lies in this process. */
export interface RingLocation {
  readonly buffer: ArrayBufferLike;
  readonly at: number;
  readonly mapping: Mapping;
}

/** Finds a part of a virtqueue. @throws VirtqueueError where it is misaligned, unmapped or not contiguous */
export function locate(memory: AddressSpace, part: RingPart): RingLocation {
  const { name, address, length, alignment, write } = part;
  const where = `${name} at 0x${address.toString(16)}`;
  if (!Number.isSafeInteger(address) || address < 0 || address % alignment !== 0) {
    throw new VirtqueueError("ring-address", `${where} is not aligned to ${alignment} bytes`);
  }
  if (memory.translate(address, length, write) !== length) {
    throw new VirtqueueError("ring-address", `${where}, ${length} bytes, is not in one run of mapped memory`);
  }
  const { buffer, byteOffset } = memory.mapping.bytes;
  const at = byteOffset + memory.offset;
  if (at % Math.min(alignment, 4) !== 0) {
    throw new VirtqueueError("ring-address", `${where} is mapped to memory that is not aligned to it`);
  }
  return { buffer, at, mapping: memory.mapping };
}
