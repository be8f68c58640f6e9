import {
  type BlkDiscard,
  type BlkFlush,
  type BlkGetId,
  type BlkHandlers,
  type BlkIn,
  type BlkOut,
  BlkStatus,
  type BlkWriteZeroes,
} from "../../generated/blk.js";
import type { DiskFeatures } from "./disk-features.js";
import { SECTOR } from "./medium.js";

/**
 * Answers every request at once and does nothing, to measure all but the I/O. What a read finds in the driver's buffer stays
 * there, and the used length says so: nothing was written.
 */
export class NullLane implements BlkHandlers<DiskFeatures> {
  readonly #config: { readonly capacity: number };
  readonly #serial: Uint8Array;

  constructor(config: { readonly capacity: number }, serial: Uint8Array) {
    this.#config = config;
    this.#serial = serial;
  }

  in(request: BlkIn): void {
    request.complete(this.#look(request.sector, request.data.byteLength / SECTOR));
  }

  out(request: BlkOut): void {
    request.complete(this.#look(request.sector, request.data.byteLength / SECTOR));
  }

  flush(request: BlkFlush): void {
    request.complete(BlkStatus.OK);
  }

  getId(request: BlkGetId): void {
    request.id = this.#serial;
    request.complete(BlkStatus.OK);
  }

  discard(request: BlkDiscard): void {
    request.complete(BlkStatus.UNSUPP);
  }

  writeZeroes(request: BlkWriteZeroes): void {
    request.complete(BlkStatus.UNSUPP);
  }

  #look(sector: number, count: number): BlkStatus {
    return sector + count <= this.#config.capacity ? BlkStatus.OK : BlkStatus.IOERR;
  }
}
