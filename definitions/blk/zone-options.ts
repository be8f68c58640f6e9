import type { OptionDescription } from "../../runtime/index.js";
import { SECTOR } from "./medium.js";
import { APPEND_MAX } from "./zoned-config.js";
import type { ZoneLayout } from "./zones.js";

/** Zones of a disk; sizes are in bytes. */
export interface ZoneOptions {
  /** 16 MiB where absent. */
  readonly zoneSize?: number;
  /** How much of a zone can be written; all where absent. */
  readonly zoneCapacity?: number;
  /** Zones, from the first on, that need not be written in order; none where absent. */
  readonly conventionalZones?: number;
  /** Zones that can be open at once; no limit where absent or 0. */
  readonly maxOpenZones?: number;
  /** Zones that can be open or closed at once; no limit where absent or 0. */
  readonly maxActiveZones?: number;
  /** Longest ZONE_APPEND; 1 MiB or a zone where absent, 0 for none. */
  readonly maxAppend?: number;
  /** Writes to sequential zones begin and end at multiples of it; 4096 where absent. */
  readonly writeGranularity?: number;
}

/** The same for command lines. */
export const ZONE_OPTIONS: readonly OptionDescription[] = [
  { name: "zone-size", type: "size", help: "size of a zone (default: 16M)" },
  { name: "zone-capacity", type: "size", help: "how much of a zone can be written (default: all)" },
  { name: "conventional-zones", type: "integer", help: "first zones that need not be written in order (default: 0)" },
  { name: "max-open-zones", type: "integer", help: "zones that can be open at once; 0: no limit (default: 0)" },
  { name: "max-active-zones", type: "integer", help: "zones that can be open or closed at once (default: 0)" },
  { name: "max-append", type: "size", help: "longest ZONE_APPEND (default: 1M)" },
  { name: "write-granularity", type: "size", help: "what writes to a zone are multiples of (default: 4096)" },
];

/** Divides a disk of a size in bytes. @throws RangeError where an option is not allowed */
export function zoneLayout(size: number, options: ZoneOptions): ZoneLayout {
  const granularity = options.writeGranularity ?? 4096;
  const zoneSize = options.zoneSize ?? 16 * 2 ** 20;
  const zoneCapacity = options.zoneCapacity ?? zoneSize;
  const maxAppend = options.maxAppend ?? Math.min(2 ** 20, zoneCapacity);
  const { conventionalZones = 0, maxOpenZones = 0, maxActiveZones = 0 } = options;
  check("write-granularity", granularity, SECTOR, SECTOR);
  check("size", size, granularity, granularity);
  check("zone-size", zoneSize, granularity, granularity);
  check("zone-capacity", zoneCapacity, granularity, granularity, zoneSize);
  check("conventional-zones", conventionalZones, 1, 0, Math.ceil(size / zoneSize));
  check("max-active-zones", maxActiveZones, 1, 0);
  check("max-open-zones", maxOpenZones, 1, 0, maxActiveZones === 0 ? undefined : maxActiveZones);
  check("max-append", maxAppend, granularity, 0, Math.min(zoneCapacity, APPEND_MAX));
  return {
    sectors: size / SECTOR,
    zoneSectors: zoneSize / SECTOR,
    zoneCapacity: zoneCapacity / SECTOR,
    conventional: conventionalZones,
    granularity: granularity / SECTOR,
    maxOpen: maxOpenZones,
    maxActive: maxActiveZones,
    maxAppend: maxAppend / SECTOR,
  };
}

/** The upper bound is that of a 32-bit field of the configuration, where there is no lower one. */
function check(name: string, value: number, step: number, min: number, max: number = 2 ** 32 - 1): void {
  if (Number.isInteger(value / step) && value >= min && value <= max) return;
  throw new RangeError(`${name} must be a multiple of ${step} from ${min} to ${max}, found ${value}`);
}
