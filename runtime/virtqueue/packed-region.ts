/** The layout of a region of a packed virtqueue: `QueueRegionPacked` of vhost-user, "Inflight I/O tracking". */
const HEADER_SIZE = 32;
const ENTRY_SIZE = 32;

export const REGION_VERSION = 1;

/** Fields of the header, in 16-bit units. */
export const Header = { VERSION: 4, ENTRIES: 5, FREE: 6, OLD_FREE: 7, USED: 8, OLD_USED: 9 } as const;
/** Wrap counters of the header, in bytes. */
export const Wrap = { USED: 20, OLD_USED: 21 } as const;

/** Fields of an entry, `DescStatePacked`: `IN_FLIGHT` in bytes, others in 16-bit units, the last ones in 32-bit units. */
export const Entry = {
  IN_FLIGHT: 0,
  NEXT: 1,
  LAST: 2,
  COUNT: 3,
  NUMBER: 2,
  ID_AND_FLAGS: 4,
  LENGTH: 5,
  ADDRESS: 6,
} as const;

/** Bytes of a region with so many entries. */
export function regionLength(entries: number): number {
  return HEADER_SIZE + ENTRY_SIZE * entries;
}

/** Where an entry begins: in bytes, in 16-bit units, in 32-bit units. */
export function byteOf(entry: number): number {
  return HEADER_SIZE + ENTRY_SIZE * entry;
}

export function halfOf(entry: number): number {
  return byteOf(entry) / 2;
}

export function wordOf(entry: number): number {
  return byteOf(entry) / 4;
}
