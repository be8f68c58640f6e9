import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventLoop } from "../../runtime/io/event-loop.js";
import { native, PollEvent } from "../../runtime/native/native.js";
import { bytesGiven, driveRng } from "./driving.js";
import { Bench, type RunningProgram } from "./programs.js";

let bench: Bench;

beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

const signals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** Serves a device whose handler does something; `request` is the first buffer. */
async function handling(code: string): Promise<RunningProgram> {
  execFileSync("mkfifo", [bench.path("pipe")]);
  bench.writeModule(
    "device.js",
    `import { promises as fs } from "node:fs";
class Device extends rng.RngDevice {
  entropy(request) { ${code} }
  onClose() { this.log.info("closed"); }
}
export default runtime.defineBackend({ open: () => new Device() });`,
  );
  const running = await bench.listen("vdev-run", "rng.sock", ["./device.js"]);
  const driver = await driveRng(bench.path("rng.sock"));
  // The program goes before it answers.
  driver
    .queue("requestq")
    .send("entropy", {}, { data: 16 })
    .catch(() => {});
  return running;
}

describe.each(signals)("%s", (signal) => {
  test("ends a program that waits, in order", async () => {
    const running = await bench.listen("vhost-user-rng", "rng.sock");
    const { status, stderr } = await running.end(signal);
    expect([status, stderr]).toEqual([0, expect.stringContaining(` info rng: ${signal}: ending\n`)]);
    expect(bench.names()).toEqual([]);
  });

  test("ends a program that serves", async () => {
    const running = await bench.listen("vhost-user-rng", "rng.sock");
    const driver = await driveRng(bench.path("rng.sock"));
    expect(await bytesGiven(driver)).toBe(16);
    expect((await running.end(signal)).status).toBe(0);
    expect(bench.names()).toEqual([]);
  });

  test("ends a program with a request that never completes, and a thread that hangs", async () => {
    const running = await handling(`fs.open("pipe"); this.log.info("in flight");`);
    await running.says(/in flight/);
    const { status, stderr } = await running.end(signal);
    expect([status, stderr]).toEqual([0, expect.stringContaining("warn device: requests are still in flight")]);
    expect(bench.names()).toEqual(["device.js", "pipe"]);
  });
});

test("a program that ends lets requests complete that can, and the device close its files", async () => {
  const running = await handling(`this.log.info("in flight"); setTimeout(() => request.complete(), 100);`);
  await running.says(/in flight/);
  const { status, stderr } = await running.end("SIGTERM");
  expect(stderr).toMatch(/SIGTERM: ending\n(.*\n)*.* info device: closed\n$/);
  expect([status, stderr]).toEqual([0, expect.not.stringContaining("still in flight")]);
});

test("many signals at once do what one does", async () => {
  const running = await handling(`this.log.info("in flight");`);
  await running.says(/in flight/);
  for (const signal of [...signals, ...signals]) running.child.kill(signal);
  expect((await running.end()).status).toBe(0);
});

describe("an error that nobody catches", () => {
  const where = /error device: internal error: Error: it broke \| at .*device\.js:\d+/;

  test.each([
    ["is thrown", `setTimeout(() => { throw new Error("it broke"); });`],
    ["is a promise's", `Promise.reject(new Error("it broke"));`],
    ["is thrown while a thread hangs", `fs.open("pipe"); setTimeout(() => { throw new Error("it broke"); });`],
  ])("ends the program with 3 and its stack in one line: it %s", async (_, code) => {
    const { status, stderr } = await (await handling(code)).end();
    expect([status, stderr.split("\n").filter((line) => where.test(line))]).toEqual([3, [expect.any(String)]]);
    expect(bench.names()).toEqual(["device.js", "pipe"]);
  });
});

describe("a frontend that goes", () => {
  test("makes room for the next", async () => {
    const running = await bench.listen("vhost-user-rng", "rng.sock");
    for (let i = 0; i < 3; i++) {
      const driver = await driveRng(bench.path("rng.sock"));
      expect(await bytesGiven(driver)).toBe(16);
      await driver.close();
    }
    expect(running.child.exitCode).toBe(null);
  });

  test("ends the program where --exit-on-disconnect says so", async () => {
    const running = await bench.listen("vhost-user-rng", "rng.sock", ["--exit-on-disconnect"]);
    const driver = await driveRng(bench.path("rng.sock"));
    expect(await bytesGiven(driver)).toBe(16);
    await driver.close();
    expect((await running.end()).status).toBe(0);
    expect(bench.names()).toEqual([]);
  });
});

describe("--connect", () => {
  /** The next connection to a socket. */
  const accept = (listener: number) =>
    new Promise<number>((resolve) => {
      const watch = eventLoop().watch(listener, PollEvent.READABLE, () => {
        watch.close();
        resolve(native().socketAccept(listener));
      });
    });

  test("waits for a frontend that listens, and for the next one", async () => {
    const running = bench.start("vhost-user-rng", ["--connect=frontend.sock"]);
    await running.says(/nobody listens at frontend\.sock yet/);
    const listener = native().socketListen(bench.path("frontend.sock"), 4);
    for (let i = 0; i < 2; i++) native().close(await accept(listener));
    native().close(listener);
    expect((await running.end("SIGTERM")).status).toBe(0);
    expect(bench.names()).toEqual(["frontend.sock"]);
  });

  test("ends with the first frontend where --exit-on-disconnect says so", async () => {
    const listener = native().socketListen(bench.path("frontend.sock"), 4);
    const running = bench.start("vhost-user-rng", ["--connect=frontend.sock", "--exit-on-disconnect"]);
    native().close(await accept(listener));
    native().close(listener);
    expect((await running.end()).status).toBe(0);
  });
});
