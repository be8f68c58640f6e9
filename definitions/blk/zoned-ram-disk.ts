import {
  BlkDevice,
  type BlkFlush,
  type BlkGetId,
  type BlkIn,
  type BlkOut,
  type BlkSecureErase,
  BlkStatus,
  type BlkZoneAppend,
  type BlkZoneClose,
  type BlkZoneDescriptor,
  type BlkZoneFinish,
  type BlkZoneOpen,
  type BlkZoneReport,
  type BlkZoneReset,
  type BlkZoneResetAll,
  BlkZoneState,
} from "../../generated/blk.js";
import { type Backend, defineBackend } from "../../runtime/index.js";
import { checkSize, Medium, SECTOR } from "./medium.js";
import { serialBytes } from "./serial.js";
import type { Zone } from "./zone.js";
import { ZONE_OPTIONS, type ZoneOptions, zoneLayout } from "./zone-options.js";
import { type ZonedRamDiskFeatures, zonedConfig } from "./zoned-config.js";
import { Zones } from "./zones.js";

export interface ZonedRamDiskOptions extends ZoneOptions {
  /** Bytes; a multiple of the write granularity, at most 4 GiB. */
  readonly size: number;
  /** What GET_ID answers: at most 20 ASCII characters. */
  readonly serial?: string;
  /** Request queues; 1 where absent. */
  readonly numQueues?: number;
}

/**
 * A host-managed zoned disk in memory, gone with the process.
 *
 * It has no lane part: to look at a write pointer, write there and move it has to be one step for all queues, which on
 * one thread it is, while lanes would need a lock for each zone and one for the limits of open zones.
 */
export class ZonedRamDisk extends BlkDevice<ZonedRamDiskFeatures> {
  /** The zones. Like the data, they stay over resets and from one driver to the next. */
  readonly zones: Zones;
  /** The medium. What was written before a zone was reset is still there, out of the driver's reach. */
  readonly memory: SharedArrayBuffer;
  readonly #medium: Medium;
  readonly #serial: Uint8Array;

  /** @throws RangeError where an option is not allowed */
  constructor(options: ZonedRamDiskOptions) {
    const { serial = "vdev-zoned-ram-disk", numQueues = 1 } = options;
    const layout = zoneLayout(checkSize(options.size), options);
    // DISCARD must not be offered: what a host-managed disk no longer needs, its driver resets.
    super({
      offer: ["SIZE_MAX", "SEG_MAX", "BLK_SIZE", "TOPOLOGY", "FLUSH", "MQ", "SECURE_ERASE", "ZONED"],
      config: zonedConfig(layout, numQueues),
    });
    this.zones = new Zones(layout);
    this.memory = new SharedArrayBuffer(options.size);
    this.#medium = new Medium(this.memory);
    this.#serial = serialBytes(serial);
  }

  /** The specification leaves a host-managed disk no choice: without ZONED its driver would write where it likes. */
  override refuses(accepts: (feature: "ZONED") => boolean): string | undefined {
    return accepts("ZONED") ? undefined : "a host-managed disk needs ZONED";
  }

  in(request: BlkIn): void {
    const { data, sector } = request;
    const count = data.byteLength / SECTOR;
    const status = this.zones.read(sector, count);
    if (status === BlkStatus.OK) {
      const stored = this.#stored(sector, count);
      this.#medium.read(data, sector, stored);
      data.fill(0, stored * SECTOR);
    }
    request.complete(status);
  }

  out(request: BlkOut): void {
    const { data, sector } = request;
    const count = data.byteLength / SECTOR;
    const status = this.zones.write(sector, count);
    if (status === BlkStatus.OK) {
      this.#medium.write(data, sector);
      this.zones.advance(sector, count);
    }
    request.complete(status);
  }

  zoneAppend(request: BlkZoneAppend): void {
    const { data, sector } = request;
    const count = data.byteLength / SECTOR;
    const status = this.zones.append(sector, count);
    if (status === BlkStatus.OK) {
      const { pointer } = this.zones.at(sector) as Zone;
      this.#medium.write(data, pointer);
      this.zones.advance(sector, count);
      request.appendSector = pointer;
    }
    request.complete(status);
  }

  zoneReport(request: BlkZoneReport): void {
    const { zones } = this;
    const first = zones.indexOf(request.sector);
    if (first >= zones.length) return request.complete(BlkStatus.ZONE_INVALID_CMD);
    request.nrZones = request.zones.length = Math.min(zones.length - first, request.zones.capacity);
    for (let i = 0; i < request.nrZones; i++) describe(zones.get(first + i) as Zone, request.zones.at(i));
    request.complete(BlkStatus.OK);
  }

  zoneOpen(request: BlkZoneOpen): void {
    request.complete(this.zones.openZone(request.sector));
  }

  zoneClose(request: BlkZoneClose): void {
    request.complete(this.zones.closeZone(request.sector));
  }

  zoneFinish(request: BlkZoneFinish): void {
    request.complete(this.zones.finishZone(request.sector));
  }

  zoneReset(request: BlkZoneReset): void {
    request.complete(this.zones.resetZone(request.sector));
  }

  zoneResetAll(request: BlkZoneResetAll): void {
    request.complete(this.zones.resetAll());
  }

  /** One zone a request, as the configuration says: a reset that leaves nothing behind. */
  secureErase(request: BlkSecureErase): void {
    const { sector, numSectors } = request.segments.at(0);
    if (numSectors !== this.zones.at(sector)?.sectors) return request.complete(BlkStatus.IOERR);
    const status = this.zones.resetZone(sector);
    if (status === BlkStatus.OK) this.#medium.zero(sector, numSectors);
    request.complete(status);
  }

  /** Memory is as stable as it gets. */
  flush(request: BlkFlush): void {
    request.complete(BlkStatus.OK);
  }

  getId(request: BlkGetId): void {
    request.id = this.#serial;
    request.complete(BlkStatus.OK);
  }

  /** Zones that were open, were so for a driver that is gone. */
  override onReset(): void {
    this.zones.closeAll();
  }

  /** How many sectors of a range were written; those that follow read as zeroes, whatever an earlier write left there. */
  #stored(sector: number, count: number): number {
    const zone = this.zones.at(sector);
    return zone === undefined || zone.isConventional ? count : Math.max(0, Math.min(count, zone.pointer - sector));
  }
}

/** The write pointer of a full zone means nothing; its end is what drivers expect to see there. */
function describe(zone: Zone, descriptor: BlkZoneDescriptor): void {
  descriptor.zCap = zone.capacity;
  descriptor.zStart = zone.start;
  descriptor.zWp = zone.state === BlkZoneState.FULL ? zone.start + zone.sectors : zone.pointer;
  descriptor.zType = zone.type;
  descriptor.zState = zone.state;
}

const backend: Backend<ZonedRamDiskOptions, ZonedRamDisk> = defineBackend({
  open: (options: ZonedRamDiskOptions) => new ZonedRamDisk(options),
  program: {
    type: "block",
    capabilities: [],
    options: [
      { name: "size", type: "size", required: true, help: "size of the disk, up to 4G" },
      { name: "serial", type: "string", value: "TEXT", help: "what the disk gives as its serial number" },
      { name: "num-queues", type: "integer", help: "request queues (default: 1)" },
      ...ZONE_OPTIONS,
    ],
  },
});
export default backend;
