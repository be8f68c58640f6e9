import type { Mapping } from "../memory/mapping.js";
import { VirtqueueError } from "./virtqueue-error.js";

/** Memory in which a queue writes down what it has in flight: it outlives this process, and is the frontend's. */
export interface InflightMemory {
  readonly mapping: Mapping;
  /** Byte of the mapping at which the queue's region begins. */
  readonly offset: number;
  /** Entries that the region has: as many as the queue, or more. */
  readonly entries: number;
}

/** The views of a region. */
export interface InflightViews {
  readonly bytes: Uint8Array;
  readonly halves: Uint16Array;
  readonly words: Uint32Array;
}

/** @throws VirtqueueError where the memory is misaligned or has not so many bytes */
export function inflightViews({ mapping, offset }: InflightMemory, byteLength: number): InflightViews {
  const { buffer, byteOffset } = mapping.bytes;
  const at = byteOffset + offset;
  if (at % 8 !== 0 || offset + byteLength > mapping.byteLength) {
    throw new VirtqueueError("inflight-region", `${byteLength} bytes at ${offset} of ${mapping.byteLength}`);
  }
  return {
    bytes: new Uint8Array(buffer, at, byteLength),
    halves: new Uint16Array(buffer, at, byteLength / 2),
    words: new Uint32Array(buffer, at, byteLength / 4),
  };
}
