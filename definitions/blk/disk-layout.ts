import { DISK_CONFIG } from "./disk-config.js";
import type { DiskPlan } from "./disk-options.js";
import type { DiskParts } from "./disk-parts.js";
import type { Image } from "./image.js";
import { SECTOR } from "./medium.js";

/** Ranges of one DISCARD or WRITE_ZEROES. */
export const RANGES_MAX = 16;
/** A range of 2 GiB: to give blocks back takes little time. */
export const DISCARD_SECTORS_MAX: number = 2 ** 22;
/** A range of 64 MiB: a queue that stops waits 20 s for a request, and a slow disk writes 1 GiB of zeroes in 10 s. */
export const ZERO_SECTORS_MAX: number = 2 ** 17;

/** What all disks and file systems do well. */
const PAGE = 4096;

/** How the bytes of a medium make a disk; sizes in bytes. */
export interface DiskLayout {
  /** What the driver is told to read and write at least. */
  readonly blockSize: number;
  readonly physicalBlockSize: number;
}

export function layoutOf({ logicalBlockSize }: DiskPlan, image: Image | undefined): DiskLayout {
  const blockSize = logicalBlockSize ?? image?.logicalBlockSize ?? SECTOR;
  // What a file system likes best, up to megabytes, is no block size.
  const physical = image?.isBlockDevice === true ? image.physicalBlockSize : PAGE;
  return { blockSize, physicalBlockSize: Math.max(physical, blockSize) };
}

/** Whole blocks of a medium, in sectors. */
export function sectorsOf(bytes: number, { blockSize }: DiskLayout): number {
  return Math.floor(bytes / blockSize) * (blockSize / SECTOR);
}

/** The initial configuration of a disk; what is not offered, its driver does not see. */
export function diskConfig({ plan, layout, size, image }: DiskParts) {
  const blocks = layout.physicalBlockSize / layout.blockSize;
  return {
    capacity: sectorsOf(size, layout),
    segMax: DISK_CONFIG.segMax,
    blkSize: layout.blockSize,
    topology: { physicalBlockExp: Math.log2(blocks), alignmentOffset: 0, minIoSize: blocks, optIoSize: 0 },
    writeback: 1,
    numQueues: plan.numQueues,
    maxDiscardSectors: DISCARD_SECTORS_MAX,
    maxDiscardSeg: RANGES_MAX,
    discardSectorAlignment: layout.physicalBlockSize / SECTOR,
    maxWriteZeroesSectors: ZERO_SECTORS_MAX,
    maxWriteZeroesSeg: RANGES_MAX,
    writeZeroesMayUnmap: image?.obstacle === undefined ? 1 : 0,
  };
}
