import { BlkStatus, BlkZoneState, BlkZoneType } from "../../generated/blk.js";
import { Zone } from "./zone.js";
import { ZoneResources } from "./zone-resources.js";

const { OK, IOERR, UNSUPP, ZONE_INVALID_CMD, ZONE_UNALIGNED_WP } = BlkStatus;
const { EMPTY, IOPEN, EOPEN, CLOSED, FULL, RDONLY, OFFLINE } = BlkZoneState;

/** How a disk is divided and what it allows; sizes are in sectors. */
export interface ZoneLayout {
  /** Size of the disk. The last zone has what is left. */
  readonly sectors: number;
  readonly zoneSectors: number;
  /** How much of a zone can be written. */
  readonly zoneCapacity: number;
  /** Zones, from the first on, that are written like a disk without zones. */
  readonly conventional: number;
  /** Writes end at a multiple of it. Zones do, too. */
  readonly granularity: number;
  /** 0: no limit. */
  readonly maxOpen: number;
  /** 0: no limit. */
  readonly maxActive: number;
  /** 0: nothing can be appended. */
  readonly maxAppend: number;
}

/**
 * The zones of a host-managed disk: which requests they allow, and what becomes of them (VIRTIO 5.2.6). Knows no data.
 * Every operation answers with the status of its request; with any but OK, nothing has changed.
 */
export class Zones {
  readonly #layout: ZoneLayout;
  readonly #zones: readonly Zone[];
  readonly #resources: ZoneResources;

  constructor(layout: ZoneLayout) {
    const { sectors, zoneSectors, zoneCapacity, conventional } = layout;
    this.#layout = layout;
    this.#resources = new ZoneResources(layout.maxOpen, layout.maxActive);
    this.#zones = Array.from({ length: Math.ceil(sectors / zoneSectors) }, (_, i) => {
      const size = Math.min(zoneSectors, sectors - i * zoneSectors);
      const type = i < conventional ? BlkZoneType.CONV : BlkZoneType.SWR;
      return new Zone(i * zoneSectors, size, Math.min(zoneCapacity, size), type);
    });
  }

  get length(): number {
    return this.#zones.length;
  }

  /** The zone of that number, or undefined. */
  get(index: number): Zone | undefined {
    return this.#zones[index];
  }

  /** Number of the zone in which a sector lies; one that does not exist where that is past the end. */
  indexOf(sector: number): number {
    const { sectors, zoneSectors } = this.#layout;
    return sector < sectors ? Math.floor(sector / zoneSectors) : this.length;
  }

  /** The zone in which a sector lies. */
  at(sector: number): Zone | undefined {
    return this.#zones[this.indexOf(sector)];
  }

  read(sector: number, count: number): BlkStatus {
    if (sector + count > this.#layout.sectors) return IOERR;
    if (!this.#isWithin(sector, count)) return ZONE_INVALID_CMD;
    return this.at(sector)?.state === OFFLINE ? ZONE_INVALID_CMD : OK;
  }

  /** Opens the zone of a write that is allowed. When the data is there, `advance`. */
  write(sector: number, count: number): BlkStatus {
    if (sector + count > this.#layout.sectors) return IOERR;
    if (!this.#isWithin(sector, count)) return ZONE_INVALID_CMD;
    const zone = this.at(sector);
    if (zone === undefined || zone.isConventional) return OK;
    if (!zone.isWritable) return ZONE_INVALID_CMD;
    return sector === zone.pointer ? this.#admit(zone, count) : ZONE_UNALIGNED_WP;
  }

  /** Opens the zone for data to be appended, at its write pointer. When the data is there, `advance`. */
  append(sector: number, count: number): BlkStatus {
    const { maxAppend } = this.#layout;
    if (count > maxAppend) return maxAppend === 0 ? UNSUPP : ZONE_INVALID_CMD;
    const zone = this.#sequential(sector);
    return zone?.isWritable ? this.#admit(zone, count) : ZONE_INVALID_CMD;
  }

  /** Data was written, as allowed before. */
  advance(sector: number, count: number): void {
    const zone = this.at(sector);
    if (zone === undefined || zone.isConventional) return;
    zone.written += count;
    if (zone.room === 0) this.#resources.move(zone, FULL);
  }

  openZone(sector: number): BlkStatus {
    const zone = this.#sequential(sector);
    if (!zone?.isWritable) return ZONE_INVALID_CMD;
    const status = this.#resources.reserve(zone);
    if (status === OK) this.#resources.move(zone, EOPEN);
    return status;
  }

  closeZone(sector: number): BlkStatus {
    const zone = this.#sequential(sector);
    if (zone?.isOpen) this.#resources.close(zone);
    else if (zone?.state !== CLOSED) return ZONE_INVALID_CMD;
    return OK;
  }

  /**
   * An empty or closed zone is opened on the way, within the limits: VIRTIO lists no way from there to full, but a zone
   * may have been closed by the device itself, which no driver could know.
   */
  finishZone(sector: number): BlkStatus {
    const zone = this.#sequential(sector);
    if (zone?.state === FULL) return OK;
    if (!zone?.isWritable) return ZONE_INVALID_CMD;
    const status = this.#resources.reserve(zone);
    if (status === OK) this.#resources.move(zone, FULL);
    return status;
  }

  resetZone(sector: number): BlkStatus {
    const zone = this.#sequential(sector);
    if (!zone?.isSound) return ZONE_INVALID_CMD;
    this.#empty(zone);
    return OK;
  }

  /** Zones that failed stay as they are. */
  resetAll(): BlkStatus {
    for (const zone of this.#zones) if (!zone.isConventional && zone.isSound) this.#empty(zone);
    return OK;
  }

  /** Closes every open zone. */
  closeAll(): void {
    this.#resources.closeAll();
  }

  /** A sequential zone fails; an offline one stays offline. @throws RangeError where there is no such zone */
  fail(index: number, state: typeof RDONLY | typeof OFFLINE): void {
    const zone = this.#zones[index];
    if (zone === undefined || zone.isConventional) throw new RangeError(`there is no sequential zone ${index}`);
    if (zone.state !== OFFLINE) this.#resources.move(zone, state);
  }

  /** The sequential zone that begins at a sector. */
  #sequential(sector: number): Zone | undefined {
    const zone = this.at(sector);
    return zone?.start === sector && !zone.isConventional ? zone : undefined;
  }

  /** Whether a range that is on the disk leaves no sequential zone and enters none. Conventional zones all come first. */
  #isWithin(sector: number, count: number): boolean {
    const last = this.at(sector + Math.max(count, 1) - 1);
    return last === this.at(sector) || last?.isConventional === true;
  }

  /** Whether so much can be written at the write pointer; then the zone is open. */
  #admit(zone: Zone, count: number): BlkStatus {
    if (count > zone.room) return ZONE_INVALID_CMD;
    if ((zone.pointer + count) % this.#layout.granularity !== 0) return ZONE_UNALIGNED_WP;
    if (count === 0 || zone.isOpen) return OK;
    const status = this.#resources.reserve(zone);
    if (status === OK) this.#resources.move(zone, IOPEN);
    return status;
  }

  #empty(zone: Zone): void {
    zone.written = 0;
    this.#resources.move(zone, EMPTY);
  }
}
