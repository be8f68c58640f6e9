import { SECTOR } from "./medium.js";

/** Configuration that the disks in memory have in common: pages of 4 KiB are what suits them best. */
export const DISK_CONFIG = {
  segMax: 126,
  blkSize: SECTOR,
  topology: { physicalBlockExp: 3, alignmentOffset: 0, minIoSize: 8, optIoSize: 0 },
};
