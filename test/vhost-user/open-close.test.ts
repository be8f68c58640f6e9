import { readdirSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import type { Disk } from "../../definitions/blk/blk.js";
import { BlkStatus } from "../../generated/blk.js";
import { DeviceProcess, Driver, VhostUserLink } from "../../runtime/testing/index.js";
import type { TrafficOf } from "../../runtime/virtio/backend.js";
import { DiskRig } from "../blk/disk-rig.js";
import { footprint } from "../hostile/target.js";
import { randomRuns } from "../random-runs.js";
import { until } from "../until.js";

const CYCLES = Math.min(randomRuns(40), 200);
/** Sessions after which everything is open that stays open. */
const WARM_UP = 5;
const DEPTH = 16;
const MODULE = new URL("../../definitions/blk/blk.js", import.meta.url);

const rig = new DiskRig();
afterAll(() => rig.close());

/** Threads of a process, without those that the kernel has for its io_uring. */
function threads(pid: number): number {
  const names = readdirSync(`/proc/${pid}/task`).map((task) => readFileSync(`/proc/${pid}/task/${task}/comm`, "utf8"));
  return names.filter((name) => !name.startsWith("iou-")).length;
}

/** Writes and flushes until the session ends. */
async function load(driver: Driver<TrafficOf<Disk>>, worker: number, done: () => void): Promise<void> {
  const queue = driver.queue("requestq", worker % 2);
  for (;;) {
    const { status } = await queue.send("OUT", { sector: worker * 8, data: new Uint8Array(4096) });
    expect(status).toBe(BlkStatus.OK);
    if (worker < 2) await queue.send("FLUSH", { sector: 0 });
    done();
  }
}

describe.each([0, 2])("with queues on %i threads of their own", (queueThreads) => {
  test(`${CYCLES} sessions that end under load leave nothing behind, and none hangs`, async () => {
    const process = await DeviceProcess.start(MODULE);
    try {
      const options = { blkFile: rig.image(2 ** 20), numQueues: 2 };
      const device = await process.serve(options, false, queueThreads);
      const session = async () => {
        const link = await VhostUserLink.connect(device.path);
        const held = { ...footprint(process.pid), threads: threads(process.pid) };
        const driver = await Driver.connect<TrafficOf<Disk>>(link, device.description);
        let count = 0;
        const workers = Array.from({ length: DEPTH }, (_, i) => load(driver, i, () => void count++));
        const outcomes = Promise.allSettled(workers);
        await until("requests are served", () => count > 2 * DEPTH);
        await driver.close();
        await outcomes;
        return held;
      };
      for (let i = 0; i < WARM_UP; i++) await session();
      const before = await session();
      for (let i = 0; i < CYCLES; i++) await session();
      expect(await session()).toEqual(before);
      expect(device.log.filter(({ level }) => level === "error")).toEqual([]);
    } finally {
      await process.kill();
    }
  });
});
