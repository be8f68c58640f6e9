import {
  type BlkDiscard,
  type BlkFlush,
  type BlkGetId,
  type BlkGetLifetime,
  type BlkHandlers,
  type BlkIn,
  type BlkLifetimeFields,
  type BlkOut,
  type BlkSecureErase,
  BlkStatus,
  type BlkWriteZeroes,
} from "../../generated/blk.js";
import { Medium, SECTOR } from "./medium.js";
import type { RamDiskFeatures } from "./ram-disk.js";

/** One request may zero 64 MiB: it takes some 10 ms, and nothing else is served meanwhile. */
export const RANGES_MAX = 16;
export const RANGE_SECTORS_MAX = 8192;

/** What the lanes of a RAM disk share. */
export interface RamDiskShare {
  readonly memory: SharedArrayBuffer;
  readonly serial: Uint8Array;
  readonly lifetime: BlkLifetimeFields;
}

/** Serves the requests of one lane. */
export class RamDiskLane implements BlkHandlers<RamDiskFeatures> {
  readonly #medium: Medium;
  readonly #serial: Uint8Array;
  readonly #lifetime: BlkLifetimeFields;

  constructor({ memory, serial, lifetime }: RamDiskShare) {
    this.#medium = new Medium(memory);
    this.#serial = serial;
    this.#lifetime = lifetime;
  }

  in(request: BlkIn): void {
    const { data, sector } = request;
    if (!this.#medium.holds(sector, data.byteLength / SECTOR)) return request.complete(BlkStatus.IOERR);
    this.#medium.read(data, sector);
    request.complete(BlkStatus.OK);
  }

  out(request: BlkOut): void {
    const { data, sector } = request;
    if (!this.#medium.holds(sector, data.byteLength / SECTOR)) return request.complete(BlkStatus.IOERR);
    this.#medium.write(data, sector);
    request.complete(BlkStatus.OK);
  }

  /** Memory is as stable as it gets. */
  flush(request: BlkFlush): void {
    request.complete(BlkStatus.OK);
  }

  getId(request: BlkGetId): void {
    request.id = this.#serial;
    request.complete(BlkStatus.OK);
  }

  getLifetime(request: BlkGetLifetime): void {
    const { lifetime } = request;
    lifetime.preEolInfo = this.#lifetime.preEolInfo;
    lifetime.deviceLifetimeEstTypA = this.#lifetime.deviceLifetimeEstTypA;
    lifetime.deviceLifetimeEstTypB = this.#lifetime.deviceLifetimeEstTypB;
    request.complete(BlkStatus.OK);
  }

  discard(request: BlkDiscard): void {
    this.#erase(request);
  }

  writeZeroes(request: BlkWriteZeroes): void {
    this.#erase(request);
  }

  secureErase(request: BlkSecureErase): void {
    this.#erase(request);
  }

  /** Zeroes every range, or none where one is too long or leaves the disk. Alignments are advice to the driver. */
  #erase(request: BlkDiscard | BlkWriteZeroes | BlkSecureErase): void {
    const { segments } = request;
    for (let i = 0; i < segments.length; i++) {
      const { sector, numSectors } = segments.at(i);
      const isAllowed = numSectors <= RANGE_SECTORS_MAX && this.#medium.holds(sector, numSectors);
      if (!isAllowed) return request.complete(BlkStatus.IOERR);
    }
    for (let i = 0; i < segments.length; i++) {
      const { sector, numSectors } = segments.at(i);
      this.#medium.zero(sector, numSectors);
    }
    request.complete(BlkStatus.OK);
  }
}
