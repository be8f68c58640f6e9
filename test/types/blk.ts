import {
  BlkDevice,
  type BlkFlush,
  type BlkGetId,
  type BlkIn,
  type BlkOut,
  BlkStatus,
  type BlkZoneReport,
} from "../../generated/blk.js";
import { defineBackend } from "../../runtime/index.js";

/** What every disk serves. */
abstract class Disk<F extends "FLUSH" | "MQ" | "CONFIG_WCE" = never> extends BlkDevice<F> {
  in(request: BlkIn): void {
    request.data.fill(0);
    request.complete(BlkStatus.OK);
  }
  out(request: BlkOut): void {
    request.complete(BlkStatus.OK);
  }
  getId(request: BlkGetId): void {
    request.complete(BlkStatus.OK);
  }
}

// A disk that may offer FLUSH has to serve it.
class Flushing extends Disk<"FLUSH"> {
  flush(request: BlkFlush): void {
    request.complete(BlkStatus.OK);
  }
}
class NotFlushing extends Disk<"FLUSH"> {}
export const flushing = defineBackend({ open: () => new Flushing({ offer: ["FLUSH"], config: { capacity: 1 } }) });
export const notFlushing = defineBackend({
  // @ts-expect-error FLUSH may be offered and flush() is missing
  open: () => new NotFlushing({ offer: ["FLUSH"], config: { capacity: 1 } }),
});

// Where a lane has the handlers, it has all of them, and the device needs none.
class Shared extends BlkDevice<"FLUSH"> {}
const open = () => new Shared({ offer: ["FLUSH"], config: { capacity: 1 } });
const { in: read, out, getId } = Flushing.prototype;
export const served = defineBackend({
  open,
  lane: () => ({ in: read, out, getId, flush: (request) => request.complete(0) }),
});
// @ts-expect-error flush() is missing
export const unserved = defineBackend({ open, lane: () => ({ in: read, out, getId }) });

// The fields of a feature that may be offered need values.
class Parallel extends Disk<"MQ"> {
  queues(): number {
    // @ts-expect-error numQueues may not be there
    void this.config.numQueues;
    return this.offers("MQ") ? this.config.numQueues : 1;
  }
  ask(): boolean {
    // @ts-expect-error FLUSH is not one of the features that the class may offer
    this.negotiated("FLUSH");
    return this.negotiated("MQ");
  }
}
export const parallel = new Parallel({ offer: ["MQ"], config: { capacity: 1, numQueues: 2 } });
// @ts-expect-error MQ may be offered and numQueues is missing
export const unequal = new Parallel({ offer: ["MQ"], config: { capacity: 1 } });
// @ts-expect-error FLUSH is not one of the features that the class may offer
export const greedy = new Parallel({ offer: ["FLUSH"], config: { capacity: 1, numQueues: 2 } });

// CONFIG_WCE may only be offered by what may offer FLUSH too.
class Caching extends Disk<"FLUSH" | "CONFIG_WCE"> {
  flush(request: BlkFlush): void {
    request.complete(BlkStatus.OK);
  }
  writebackWritten(value: number): void {
    this.log.info(`writeback is now ${value}`);
  }
}
class Careless extends Disk<"CONFIG_WCE"> {
  writebackWritten(): void {}
}
export const caching = new Caching({ offer: ["CONFIG_WCE", "FLUSH"], config: { capacity: 1, writeback: 1 } });
// @ts-expect-error CONFIG_WCE without FLUSH
export const careless = new Careless({ offer: ["CONFIG_WCE"], config: { capacity: 1, writeback: 1 } });

// What the driver may write has a handler.
class Deaf extends Disk<"FLUSH" | "CONFIG_WCE"> {
  flush(request: BlkFlush): void {
    request.complete(BlkStatus.OK);
  }
}
const offer = ["CONFIG_WCE", "FLUSH"] as const;
export const heard = defineBackend({ open: () => new Caching({ offer, config: { capacity: 1, writeback: 1 } }) });
export const deaf = defineBackend({
  // @ts-expect-error CONFIG_WCE may be offered and writebackWritten() is missing
  open: () => new Deaf({ offer, config: { capacity: 1, writeback: 1 } }),
});

// Requests allow what their kind allows, and no more.
export function answer(read: BlkIn, write: BlkOut, id: BlkGetId, report: BlkZoneReport, bytes: Uint8Array): void {
  read.complete(BlkStatus.IOERR);
  // @ts-expect-error there is no such status
  read.complete(7);
  // @ts-expect-error a status is needed
  read.complete();
  read.data.copyFrom(bytes);
  // @ts-expect-error what is read is for the driver
  read.data.copyTo(bytes);
  write.data.copyTo(bytes);
  // @ts-expect-error what is written comes from the driver
  write.data.copyFrom(bytes);
  // @ts-expect-error the sector is the driver's to choose
  write.sector = 0;
  id.id = "disk";
  id.id = bytes;
  // @ts-expect-error text is no number
  id.id = 7;
  report.zones.length = 1;
  report.nrZones = 1;
}
