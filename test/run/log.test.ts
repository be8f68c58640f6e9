import { execFileSync } from "node:child_process";
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "../until.js";
import { bytesGiven, driveRng } from "./driving.js";
import { Bench } from "./programs.js";

let bench: Bench;

beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

/** A device that says one thing of each urgency, before and after it is made, and cannot be served. */
function talker(message = "x"): string {
  return bench.writeModule(
    "talker.js",
    `class Talker extends rng.RngDevice {
  constructor() {
    super();
    for (const level of ["debug", "info", "warn", "error"]) this.log[level](level + ${JSON.stringify(message)});
    throw new Error("enough");
  }
  entropy() {}
}
export default runtime.defineBackend({ open: () => new Talker() });`,
  );
}

const said = (...args: string[]) =>
  bench
    .run("vdev-run", [talker(), "--socket-path=x", ...args])
    .stderr.trimEnd()
    .split("\n");

test.each([
  { args: [], levels: ["info", "warn", "error", "error"] },
  { args: ["--log-level=error"], levels: ["error", "error"] },
  { args: ["--log-level=warn"], levels: ["warn", "error", "error"] },
  { args: ["--log-level=info"], levels: ["info", "warn", "error", "error"] },
  { args: ["--log-level=debug"], levels: ["debug", "info", "warn", "error", "error"] },
])("the least urgent messages with $args", ({ args, levels }) => {
  expect(said(...args).map((line) => line.split(" ")[1])).toEqual(levels);
});

test("a pipe that nobody empties does not stop a program", async () => {
  execFileSync("mkfifo", [bench.path("pipe")]);
  const pipe = openSync(bench.path("pipe"), constants.O_RDWR);
  const words = [talker("x".repeat(2 ** 18)), "--socket-path=x"];
  expect((await bench.start("vdev-run", words, { stderr: pipe }).end()).status).toBe(1);
  closeSync(pipe);
});

describe("a message", () => {
  test("is a line with time, level and device", () => {
    expect(said()[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info talker: infox$/);
  });

  test("is an object where JSON was asked for", () => {
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(said("--log-format=json").map((line) => JSON.parse(line))).toEqual([
      { time, level: "info", device: "talker", message: "infox" },
      { time, level: "warn", device: "talker", message: "warnx" },
      { time, level: "error", device: "talker", message: "errorx" },
      { time, level: "error", device: "talker", message: "enough" },
    ]);
  });

  test.each(["text", "json"])("cannot fake another one, nor move a terminal's cursor: %s", (format) => {
    const module = talker("\nfake \u001b[2J \r \u202e \u0000 end");
    const { stderr } = bench.run("vdev-run", [
      module,
      "--socket-path=x",
      `--log-format=${format}`,
      "--log-level=error",
    ]);
    expect(stderr.split("\n")).toHaveLength(3);
    const shown = " | fake \\u{1b}[2J \\u{d} \\u{202e} \\u{0} end";
    expect(stderr).toContain(format === "json" ? JSON.stringify(shown).slice(1, -1) : shown);
  });
});

describe("the journal", () => {
  /** What a program writes to a file that the environment says is the journal. */
  async function journal(stream: (identity: string) => string): Promise<string> {
    const fd = openSync(bench.path("journal"), "w");
    const { dev, ino } = fstatSync(fd, { bigint: true });
    const env = { JOURNAL_STREAM: stream(`${dev}:${ino}`) };
    await bench.start("vdev-run", [talker(), "--socket-path=x", "--log-level=debug"], { stderr: fd, env }).end();
    closeSync(fd);
    return readFileSync(bench.path("journal"), "utf8");
  }

  test("is told priorities, and no time", async () => {
    expect(await journal((identity) => identity)).toBe(
      "<7>talker: debugx\n<6>talker: infox\n<4>talker: warnx\n<3>talker: errorx\n<3>talker: enough\n",
    );
  });

  test("is not where standard error goes to another file", async () => {
    expect(await journal(() => "1:1")).toMatch(/^\d{4}-.* debug talker: debugx\n/);
  });
});

describe("standard error", () => {
  test("that nobody reads any more ends nothing", async () => {
    const running = await bench.listen("vhost-user-rng", "rng.sock");
    running.child.stderr?.destroy();
    for (let i = 0; i < 2; i++) {
      const driver = await driveRng(bench.path("rng.sock"));
      expect(await bytesGiven(driver)).toBe(16);
      await driver.close();
    }
    expect((await running.end("SIGTERM")).status).toBe(0);
  });

  test("need not be open at all", async () => {
    const running = bench.start("vhost-user-rng", ["--socket-path=rng.sock"], { shell: "exec 2>&-;" });
    await until("the socket", () => bench.names().includes("rng.sock"));
    const driver = await driveRng(bench.path("rng.sock"));
    expect(await bytesGiven(driver)).toBe(16);
    await driver.close();
    expect((await running.end("SIGTERM")).status).toBe(0);
  });
});
