import type { Mapping } from "../../runtime/memory/mapping.js";
import { SharedMemory } from "../../runtime/memory/shared-memory.js";
import { native } from "../../runtime/native/native.js";
import { SpanList } from "../../runtime/virtqueue/payload.js";

/** Bytes that are zeroed by one write. */
export const ZEROES_MAX: number = 2 ** 20;

let memory: SharedMemory | undefined;
const spans = new SpanList();

/** So many bytes of zeroes, at most `ZEROES_MAX`, as a list for native code; valid until the next call. */
export function zeroes(length: number): SpanList {
  memory ??= mapZeroes();
  spans.count = 1;
  spans.mappings[0] = memory.mappings[0] as Mapping;
  spans.offsets[0] = 0;
  spans.lengths[0] = length;
  return spans;
}

function mapZeroes(): SharedMemory {
  const file = native().memfd("vdev-zeroes", ZEROES_MAX, true);
  try {
    return new SharedMemory(file, 0, ZEROES_MAX);
  } finally {
    native().close(file);
  }
}
