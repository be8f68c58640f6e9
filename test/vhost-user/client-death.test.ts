import { fork } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Rng } from "../../definitions/rng/rng.js";
import { builtFile } from "../../runtime/testing/built-file.js";
import { DeviceProcess, Driver, VhostUserLink } from "../../runtime/testing/index.js";
import type { TrafficOf } from "../../runtime/virtio/backend.js";
import { footprint, Target } from "../hostile/target.js";

describe.each([0, 1])("with queues on %i threads of their own", (queueThreads) => {
  let target: Target;
  beforeAll(async () => {
    target = await Target.start(queueThreads);
  });
  afterAll(() => target.process.kill());

  test("a client that is killed under load leaves nothing behind, and the next is served", async () => {
    for (let round = 0; round < 5; round++) {
      const client = fork(builtFile(new URL("./load-client.js", import.meta.url)), [target.device.path], {
        execArgv: [],
      });
      expect(await once(client, "message")).toContain("under load");
      const gone = once(client, "exit");
      client.kill("SIGKILL");
      await gone;
      await target.expectUnharmed();
    }
    expect(target.logFrom(0)).not.toMatch(/^error/m);
  });
});

test("a client that leaves with buffers at the device that wait for the disk or a limit", async () => {
  const process = await DeviceProcess.start(new URL("../../definitions/rng/rng.js", import.meta.url));
  const device = await process.serve({ maxBytes: 4096, period: 2 ** 31 - 1 }, false);
  /** Leaves eight buffers at the device, of which the limit has bytes for one. */
  const session = async () => {
    const link = await VhostUserLink.connect(device.path);
    const held = footprint(process.pid);
    const driver = await Driver.connect<TrafficOf<Rng>>(link, device.description);
    const queue = driver.queue("requestq");
    const outcomes = Promise.allSettled(Array.from({ length: 8 }, () => queue.send("entropy", {}, { data: 4096 })));
    await driver.close();
    await outcomes;
    return held;
  };
  for (let i = 0; i < 3; i++) await session();
  const before = await session();
  for (let i = 0; i < 10; i++) await session();
  const after = await session();
  expect(after.shared).toBe(before.shared);
  // Its source is closed a little later than a session ends.
  expect(after.descriptors).toBeLessThan(before.descriptors + 3);
  expect(process.running).toBe(true);
  await process.kill();
});
