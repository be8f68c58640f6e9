import type { RamDisk } from "../../definitions/blk/ram-disk.js";
import { BlkDefinition } from "../../generated/blk.js";
import { Driver, VhostUserLink } from "../../runtime/testing/index.js";
import type { TrafficOf } from "../../runtime/virtio/backend.js";

/** Reads a disk for ever, 32 requests at a time: `node load-client.js SOCKET`. Says so when it is in the middle of that. */
const link = await VhostUserLink.connect(process.argv[2] ?? "");
const driver = await Driver.connect<TrafficOf<RamDisk>>(link, BlkDefinition.description, { queueSize: 128 });
const queue = driver.queue("requestq");
let done = 0;

async function read(): Promise<never> {
  for (;;) {
    await queue.send("IN", { sector: done % 8 }, { data: 4096 });
    if (++done === 500) process.send?.("under load");
  }
}

await Promise.all(Array.from({ length: 32 }, read));
