import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { native } from "../../runtime/native/native.js";
import { bytesGiven, driveRng } from "./driving.js";
import { Bench } from "./programs.js";

let bench: Bench;
let opened: number[];

beforeEach(() => {
  bench = new Bench();
  opened = [];
});
afterEach(async () => {
  for (const fd of opened) native().close(fd);
  await bench.close();
});

/** Descriptors that are closed after the test. */
function own(...descriptors: number[]): number[] {
  opened.push(...descriptors);
  return descriptors;
}

function listening(name: string): number {
  return own(native().socketListen(bench.path(name), 4))[0] as number;
}

describe("--fd", () => {
  test("serves a connected socket, and ends with it", async () => {
    const [ours = -1, theirs = -1] = native().socketPair();
    const running = bench.start("vhost-user-rng", ["--fd=3"], { passed: own(theirs) });
    await running.says(/ serving --fd 3\n/);
    await running.says(/frontend connected/);
    native().close(ours);
    expect((await running.end()).status).toBe(0);
  });

  test("ends with a signal while it serves", async () => {
    const running = bench.start("vhost-user-rng", ["--fd=3"], { passed: own(...native().socketPair()) });
    await running.says(/frontend connected/);
    expect((await running.end("SIGTERM")).status).toBe(0);
  });

  test("refuses a socket that listens", async () => {
    const { status, stderr } = await bench.start("vhost-user-rng", ["--fd=3"], { passed: [listening("x")] }).end();
    expect([status, stderr]).toEqual([2, "vhost-user-rng: --fd 3 is listening; it must be a connected Unix socket\n"]);
  });

  test("refuses what is no socket", async () => {
    const { status, stderr } = await bench
      .start("vhost-user-rng", ["--fd=3"], { passed: own(native().eventfd()) })
      .end();
    expect([status, stderr]).toEqual([2, expect.stringContaining("--fd 3 is not a Unix stream socket;")]);
  });
});

describe("socket activation", () => {
  const passing = "LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=x; export LISTEN_PID LISTEN_FDS LISTEN_FDNAMES;";

  test("serves the socket that listens, and leaves its path alone", async () => {
    const passed = [listening("rng.sock")];
    const running = bench.start("vhost-user-rng", [], { passed, shell: passing });
    await running.says(/ serving the socket that systemd passed\n/);
    const driver = await driveRng(bench.path("rng.sock"));
    expect(await bytesGiven(driver)).toBe(16);
    await driver.close();
    expect((await running.end("SIGTERM")).status).toBe(0);
    expect(bench.names()).toEqual(["rng.sock"]);
  });

  test("serves a socket that is connected already (Accept=yes), and ends with it", async () => {
    const [ours = -1, theirs = -1] = native().socketPair();
    const running = bench.start("vhost-user-rng", [], { passed: own(theirs), shell: passing });
    await running.says(/frontend connected/);
    native().close(ours);
    expect((await running.end()).status).toBe(0);
  });

  test("is no other process's", async () => {
    const shell = "LISTEN_PID=1 LISTEN_FDS=1; export LISTEN_PID LISTEN_FDS;";
    const { status, stderr } = await bench.start("vhost-user-rng", [], { passed: [listening("x")], shell }).end();
    expect([status, stderr]).toEqual([2, expect.stringContaining("where? ")]);
  });

  test.each([
    [
      "two sockets",
      passing.replace("FDS=1", "FDS=2"),
      [],
      "systemd passed 2 sockets, and a device is served on exactly one",
    ],
    ["--socket-path as well", passing, ["--socket-path=y"], "systemd passed a socket: --socket-path, --connect and"],
    ["--fd as well", passing, ["--fd=3"], "systemd passed a socket: --socket-path, --connect and"],
    ["--socket-mode as well", passing, ["--socket-mode=600"], "--socket-mode is for the socket of --socket-path"],
  ])("with %s is refused", async (_, shell, args, message) => {
    const passed = [listening("x"), listening("y")];
    const { status, stderr } = await bench.start("vhost-user-rng", args, { passed, shell }).end();
    expect(stderr).toContain(`vhost-user-rng: ${message}`);
    expect(status).toBe(2);
  });

  test("does not go on to what a device starts", async () => {
    const module = bench.writeModule(
      "shows.js",
      `import { execFileSync } from "node:child_process";
export default { open() { throw new Error("passed on: " + execFileSync("env").toString().match(/LISTEN_\\w+/g)); } };`,
    );
    const running = bench.start("vdev-run", [module], { passed: [listening("x")], shell: passing });
    expect((await running.end()).stderr).toContain("passed on: null");
  });
});
