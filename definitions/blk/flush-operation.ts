import { type BlkFlush, BlkStatus } from "../../generated/blk.js";
import type { Spare, SpareList } from "./spare-list.js";
import type { SyncWaiter } from "./sync-group.js";

/** A FLUSH on its way. */
export class FlushOperation implements SyncWaiter, Spare<FlushOperation> {
  next: FlushOperation | undefined;
  nextWaiter: SyncWaiter | undefined;
  request: BlkFlush | undefined;
  readonly #spares: SpareList<FlushOperation>;

  constructor(spares: SpareList<FlushOperation>) {
    this.#spares = spares;
  }

  synced(result: number): void {
    const request = this.request as BlkFlush;
    this.request = undefined;
    this.#spares.give(this);
    request.complete(result === 0 ? BlkStatus.OK : BlkStatus.IOERR);
  }
}
