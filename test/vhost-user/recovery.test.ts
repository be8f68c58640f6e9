import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import type { RamDisk } from "../../definitions/blk/ram-disk.js";
import { BlkStatus } from "../../generated/blk.js";
import { DeviceProcess, Driver, VhostUserLink } from "../../runtime/testing/index.js";
import type { TrafficOf } from "../../runtime/virtio/backend.js";
import { randomRuns } from "../random-runs.js";
import { until } from "../until.js";
import { SECTORS } from "./shuffled-disk.js";

// vhost-user, Inflight I/O tracking: "To support reconnecting after restart or crash, back-end may need to resubmit
// inflight I/Os. If virtqueue is processed in order, we can easily achieve that": this disk answers in no order.

const MODULE = new URL("./shuffled-disk.js", import.meta.url);

/** A backend in a process of its own, and how to kill it. */
async function startBackend() {
  const process = await DeviceProcess.start(MODULE);
  return { process, device: await process.serve(undefined, false) };
}

const lives = fc.array(
  fc.record({ answers: fc.integer({ min: 1, max: 300 }), depth: fc.integer({ min: 1, max: 32 }) }),
  {
    minLength: 1,
    maxLength: 4,
  },
);

test.prop([lives, fc.boolean()], { numRuns: randomRuns(8) })(
  "a backend that is killed in the middle of its work loses nothing, and does nothing twice",
  async (deaths, packed) => {
    let backend = await startBackend();
    const link = await VhostUserLink.connect(backend.device.path);
    const driver = await Driver.connect<TrafficOf<RamDisk>>(link, backend.device.description, {
      queueSize: 128,
      packed,
    });
    const queue = driver.queue("requestq");
    let sent = 0;
    let answered = 0;
    const all: Promise<void>[] = [];
    let depth = 0;
    const send = () => {
      const sector = sent++ % SECTORS;
      // The driver's ring throws at a head that comes back twice.
      const answer = queue.send("IN", { sector }, { data: 512 }).then(({ status, data }) => {
        expect([status, data.every((byte) => byte === sector + 1)]).toEqual([BlkStatus.OK, true]);
        answered++;
        fill();
      });
      all.push(answer);
    };
    const fill = () => {
      while (sent - answered < depth) send();
    };
    for (const life of deaths) {
      const death = answered + life.answers;
      depth = life.depth;
      fill();
      await until("the backend has done enough", () => answered >= death);
      // It has as many under way as ever.
      await backend.process.kill("SIGKILL");
      backend = await startBackend();
      await link.reconnect(backend.device.path);
    }
    depth = 0;
    for (let i = 0; i < all.length; i++) await all[i];
    expect([answered, queue.inFlight]).toEqual([sent, 0]);
    expect(queue.ring.room).toBe(128);
    await driver.close();
    await backend.process.kill();
  },
);
