import { type BlkConfig, BlkZoneModel } from "../../generated/blk.js";
import { DISK_CONFIG } from "./disk-config.js";
import { SECTOR } from "./medium.js";
import type { ZoneLayout } from "./zones.js";

export type ZonedRamDiskFeatures =
  | "SIZE_MAX"
  | "SEG_MAX"
  | "BLK_SIZE"
  | "TOPOLOGY"
  | "FLUSH"
  | "MQ"
  | "SECURE_ERASE"
  | "ZONED";

/** Offered because max_append_sectors is bounded by it (VIRTIO 5.2.5.2). */
const SEGMENT_BYTES_MAX = 2 ** 20;
/** The longest ZONE_APPEND, in bytes, that a driver can be asked to build. */
export const APPEND_MAX: number = SEGMENT_BYTES_MAX * DISK_CONFIG.segMax;

/** The configuration of a host-managed disk. */
export function zonedConfig(layout: ZoneLayout, queues: number): BlkConfig<ZonedRamDiskFeatures> {
  const { sectors, zoneSectors } = layout;
  return {
    ...DISK_CONFIG,
    capacity: sectors,
    sizeMax: SEGMENT_BYTES_MAX,
    numQueues: queues,
    maxSecureEraseSectors: zoneSectors,
    maxSecureEraseSeg: 1,
    secureEraseSectorAlignment: zoneSectors,
    zoned: {
      zoneSectors,
      maxOpenZones: layout.maxOpen,
      maxActiveZones: layout.maxActive,
      maxAppendSectors: layout.maxAppend,
      writeGranularity: layout.granularity * SECTOR,
      model: BlkZoneModel.HM,
    },
  };
}
