import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import type { Rng } from "../../definitions/rng/rng.js";
import { DeviceProcess, Driver, VhostUserLink } from "../../runtime/testing/index.js";
import type { TrafficOf } from "../../runtime/virtio/backend.js";
import { RING_INDEX } from "../../runtime/virtqueue/split-ring.js";
import { randomRuns } from "../random-runs.js";
import { until } from "../until.js";

// vhost-user, Inflight I/O tracking: "To support reconnecting after restart or crash, back-end may need to resubmit
// inflight I/Os." The rng reads its source asynchronously, so that its buffers come back in any order.

const MODULE = new URL("../../definitions/rng/rng.js", import.meta.url);
const BYTES = 512;

/** A backend in a process of its own, and how to kill it. */
async function startBackend() {
  const process = await DeviceProcess.start(MODULE);
  return { process, device: await process.serve({}, false) };
}

const lives = fc.array(
  fc.record({ buffers: fc.integer({ min: 1, max: 300 }), depth: fc.integer({ min: 1, max: 32 }) }),
  {
    minLength: 1,
    maxLength: 4,
  },
);

test.prop([lives], { numRuns: randomRuns(6) })(
  "a backend that is killed in the middle of its work loses nothing, and does nothing twice",
  async (deaths) => {
    let backend = await startBackend();
    const link = await VhostUserLink.connect(backend.device.path);
    const driver = await Driver.connect<TrafficOf<Rng>>(link, backend.device.description, { queueSize: 32 });
    const queue = driver.queue("requestq");
    let sent = 0;
    let filled = 0;
    const answers: Promise<void>[] = [];
    const send = () => {
      sent++;
      // The driver's ring throws at a head that comes back twice.
      const answer = queue.send("entropy", {}, { data: BYTES }).then(({ usedLength }) => {
        expect(usedLength).toBe(BYTES);
        filled++;
      });
      answers.push(answer);
    };
    for (const { buffers, depth } of deaths) {
      const killed = filled + buffers;
      await until("enough buffers are filled", () => {
        while (sent - filled < depth) send();
        return filled >= killed;
      });
      while (sent - filled < depth) send();
      const [, next] = await Promise.all([backend.process.kill("SIGKILL"), startBackend()]);
      backend = next;
      await link.reconnect(backend.device.path);
    }
    await Promise.all(answers);
    expect([filled, queue.inFlight]).toEqual([sent, 0]);
    expect(Atomics.load(queue.ring.ring.used, RING_INDEX)).toBe(sent & 0xffff);
    expect(await queue.send("entropy", {}, { data: BYTES })).toMatchObject({ usedLength: BYTES });
    await driver.close();
    await backend.process.kill();
  },
);
