import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BlkDescription, BlkStatus, type BlkTraffic } from "../../generated/blk.js";
import { Driver, VhostUserLink } from "../../runtime/testing/index.js";
import { until } from "../until.js";
import { driveRng } from "./driving.js";
import { Bench, type RunningProgram } from "./programs.js";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

const isLane = (task: string) => /^\d+$/.test(task);

function threadsOf({ child: { pid } }: RunningProgram): number {
  return readdirSync(`/proc/${pid}/task`).filter(isLane).length;
}

describe("wrong usage", () => {
  test.each([
    ["vhost-user-blk", ["--blk-null=1M", "--queue-threads=33"], /must be an integer from 0 to 32, found 33/],
    ["vhost-user-blk", ["--blk-null=1M", "--queue-threads=two"], /not a whole number/],
    ["vhost-user-rng", ["--queue-threads=1"], /this device serves all its queues on one thread/],
  ] as const)("%s %j", (program, args, reason) => {
    const { status, stderr } = bench.run(program, ["--socket-path=s.sock", ...args]);
    expect([status, stderr.split("\n").length]).toEqual([2, 2]);
    expect(stderr).toMatch(reason);
    expect(bench.names()).toEqual([]);
  });
});

/** Serves a device whose handlers run on a lane: `entropy` is what they do with the first buffer. */
async function onLane(entropy: string): Promise<RunningProgram> {
  bench.writeModule(
    "device.js",
    `class Device extends rng.RngDevice {}
export default runtime.defineBackend({
  open: () => new Device(),
  definition: rng.RngDefinition,
  lane: ({ log }) => ({ entropy(request) { ${entropy} } }),
});`,
  );
  const running = await bench.listen("vdev-run", "rng.sock", ["./device.js", "--queue-threads=1"]);
  const driver = await driveRng(bench.path("rng.sock"));
  const queue = driver.queue("requestq");
  // Where the program ends before it answers, nobody hears of it.
  queue.send("entropy", {}, { data: 16 }).catch(() => {});
  return running;
}

test("what nobody catches on a lane ends the program with 3 and its stack in one line", async () => {
  const { status, stderr } = await (await onLane(`setTimeout(() => { throw new Error("it broke"); });`)).end();
  const where = /error device: internal error: Error: it broke \| at .*device\.js:\d+/;
  expect([status, stderr.split("\n").filter((line) => where.test(line))]).toEqual([3, [expect.any(String)]]);
  expect(bench.names()).toEqual(["device.js"]);
});

test("a lane that calls process.exit ends the program, which says why", async () => {
  const { status, stderr } = await (await onLane("process.exit(0);")).end();
  expect([status, stderr]).toEqual([3, expect.stringContaining("a lane ended with exit code 0")]);
});

test("what a handler on a lane throws is logged, and so is what the lane says", async () => {
  const running = await onLane(`log.info("here it comes"); throw new Error("it broke");`);
  await running.says(/info device: here it comes/);
  await running.says(/error device: rng: requestq: a request handler failed \(1 so far\): Error: it broke/);
  expect((await running.end("SIGTERM")).status).toBe(0);
});

test.each([
  ["keeps its requests", `log.info("in flight");`, /requests are still in flight/],
  ["never returns", `log.info("in flight"); setTimeout(() => { for (;;); });`, /requests are still in flight/],
])("SIGTERM ends a program with a lane that %s", async (_, entropy, warning) => {
  const running = await onLane(entropy);
  await running.says(/in flight/);
  const { status, stderr } = await running.end("SIGTERM");
  expect([status, stderr]).toEqual([0, expect.stringMatching(warning)]);
});

test("threads start with the first queue that runs there, and stay for the next frontend", async () => {
  const args = ["--blk-null=1M", "--num-queues=4", "--queue-threads=2"];
  const running = await bench.listen("vhost-user-blk", "disk.sock", args);
  const idle = threadsOf(running);
  let busy = 0;
  for (let session = 0; session < 3; session++) {
    const link = await VhostUserLink.connect(bench.path("disk.sock"));
    const driver = await Driver.connect<BlkTraffic>(link, BlkDescription);
    for (let n = 0; n < 4; n++) {
      const { status } = await driver.queue("requestq", n).send("OUT", { sector: n, data: new Uint8Array(512) });
      expect(status).toBe(BlkStatus.OK);
    }
    busy ||= threadsOf(running);
    expect(threadsOf(running)).toBe(busy);
    await driver.close();
  }
  // Node and libuv start some of their own when they are first needed.
  expect(busy).toBeGreaterThanOrEqual(idle + 2);
  expect((await running.end("SIGTERM")).status).toBe(0);
});

/** What the descriptors of a program refer to; those that it closes meanwhile are left out. */
function openFiles({ child: { pid } }: RunningProgram): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((fd) => {
    try {
      return [readlinkSync(`${folder}/${fd}`)];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  });
}

test("each lane that syncs an image has opened it itself, once", async () => {
  const image = bench.writeZeroes("image", 2 ** 20);
  const args = [`--blk-file=${image}`, "--num-queues=2", "--queue-threads=2"];
  const running = await bench.listen("vhost-user-blk", "disk.sock", args);
  const openings = () => openFiles(running).filter((path) => path === image).length;
  for (let session = 0; session < 3; session++) {
    const link = await VhostUserLink.connect(bench.path("disk.sock"));
    const driver = await Driver.connect<BlkTraffic>(link, BlkDescription);
    for (const n of [0, 1]) {
      const queue = driver.queue("requestq", n);
      expect((await queue.send("OUT", { sector: n, data: new Uint8Array(512) })).status).toBe(BlkStatus.OK);
      expect((await queue.send("FLUSH", { sector: 0 })).status).toBe(BlkStatus.OK);
    }
    await driver.close();
    expect(openings()).toBe(3);
  }
});

test("the thread that owns the device is not on the way of a request", async () => {
  const args = ["--blk-null=1M", "--num-queues=2", "--queue-threads=2"];
  const running = await bench.listen("vhost-user-blk", "disk.sock", args);
  const link = await VhostUserLink.connect(bench.path("disk.sock"));
  const driver = await Driver.connect<BlkTraffic>(link, BlkDescription);
  const send = async (n: number) => {
    const sent = await driver.queue("requestq", n).send("OUT", { sector: n, data: new Uint8Array(512) });
    expect(sent.status).toBe(BlkStatus.OK);
  };
  for (const n of [0, 1]) await send(n);
  const { pid } = running.child;
  const switches = () =>
    Number(/^voluntary_ctxt_switches:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/task/${pid}/status`, "utf8"))?.[1]);
  await until("it is quiet", async () => {
    const before = switches();
    await new Promise((resolve) => setTimeout(resolve, 100));
    return switches() === before;
  });
  const before = switches();
  for (let i = 0; i < 200; i++) await send(i % 2);
  // Timers of its own may wake it up; each request would do that once at least.
  expect(switches() - before).toBeLessThan(100);
  await driver.close();
});
