import { type BlkOut, BlkStatus } from "../../generated/blk.js";
import type { IoOwner } from "../../runtime/io/io-engine.js";
import type { DiskAccess } from "./disk-access.js";
import { SECTOR } from "./medium.js";
import type { Spare, SpareList } from "./spare-list.js";
import type { SyncWaiter } from "./sync-group.js";

/** An OUT on its way. */
export class WriteOperation implements IoOwner, SyncWaiter, Spare<WriteOperation> {
  next: WriteOperation | undefined;
  nextWaiter: SyncWaiter | undefined;
  readonly #disk: DiskAccess;
  readonly #spares: SpareList<WriteOperation>;
  #request: BlkOut | undefined;
  #sector = 0;
  #length = 0;

  constructor(disk: DiskAccess, spares: SpareList<WriteOperation>) {
    this.#disk = disk;
    this.#spares = spares;
  }

  begin(request: BlkOut): void {
    this.#request = request;
    this.#sector = request.sector;
    this.#length = request.data.byteLength;
    this.#disk.write(request.data, request.sector, this);
  }

  ioDone(_tag: number, result: number): void {
    if (result !== this.#length) {
      this.#disk.health.failed("a write", this.#sector * SECTOR, this.#length, result);
      this.#end(BlkStatus.IOERR);
    } else if (this.#disk.isWritethrough) {
      this.#disk.sync(this);
    } else {
      this.#end(BlkStatus.OK);
    }
  }

  synced(result: number): void {
    this.#end(result === 0 ? BlkStatus.OK : BlkStatus.IOERR);
  }

  #end(status: BlkStatus): void {
    const request = this.#request as BlkOut;
    this.#request = undefined;
    this.#spares.give(this);
    request.complete(status);
  }
}
