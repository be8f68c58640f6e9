import { type BlkIn, BlkStatus } from "../../generated/blk.js";
import type { IoOwner } from "../../runtime/io/io-engine.js";
import type { DiskAccess } from "./disk-access.js";
import { SECTOR } from "./medium.js";
import type { Spare, SpareList } from "./spare-list.js";

/** An IN on its way. */
export class ReadOperation implements IoOwner, Spare<ReadOperation> {
  next: ReadOperation | undefined;
  readonly #disk: DiskAccess;
  readonly #spares: SpareList<ReadOperation>;
  #request: BlkIn | undefined;
  #sector = 0;
  #length = 0;

  constructor(disk: DiskAccess, spares: SpareList<ReadOperation>) {
    this.#disk = disk;
    this.#spares = spares;
  }

  begin(request: BlkIn): void {
    this.#request = request;
    this.#sector = request.sector;
    this.#length = request.data.byteLength;
    this.#disk.read(request.data, request.sector, this);
  }

  /** What is short ends where the file does, which somebody has cut: no sector of the disk may be missing. */
  ioDone(_tag: number, result: number): void {
    const request = this.#request as BlkIn;
    const isWhole = result === this.#length;
    if (!isWhole) this.#disk.health.failed("a read", this.#sector * SECTOR, this.#length, result);
    this.#request = undefined;
    this.#spares.give(this);
    // A queue that was given up has taken the payload's memory back.
    request.data.wrote(Math.max(0, Math.min(result, request.data.byteLength)));
    request.complete(isWhole ? BlkStatus.OK : BlkStatus.IOERR);
  }
}
