import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Bench, type ProgramName } from "./programs.js";

let bench: Bench;

beforeAll(() => {
  bench = new Bench();
  bench.writeModule(
    "options.js",
    `class Device extends rng.RngDevice { entropy() {} }
export default runtime.defineBackend({
  open(options) { throw new Error("given " + JSON.stringify(options)); },
  program: { options: [
    { name: "some-size", type: "size", help: "x" },
    { name: "count", type: "integer", help: "x" },
    { name: "dry-run", type: "flag", help: "x" },
    { name: "mode", type: "string", choices: ["fast", "slow"], help: "x" },
    { name: "a-path", type: "string", value: "PATH", help: "x" },
  ] },
});`,
  );
  bench.writeModule("refuses.js", `export default { open() { throw new RangeError("--it must be odd"); } };`);
  bench.writeModule("faulty.js", `export default { open() { return undefined.nothing; } };`);
  bench.writeModule("broken.js", "export default {");
  bench.writeModule("other.js", "export const backend = 1;");
});
afterAll(() => bench.close());

describe("help", () => {
  test.each<[ProgramName, ...string[]]>([
    ["vdev-run"],
    ["vdev-run", "blk/ram-disk"],
    ["vdev-run", "blk/zoned-ram-disk"],
    ["vdev-run", "thermometer"],
    ["vhost-user-blk"],
    ["vhost-user-rng"],
  ])("of %s %s", async (program, ...device) => {
    const { status, stdout, stderr } = bench.run(program, [...device, "--help"]);
    expect([status, stderr]).toEqual([0, ""]);
    await expect(stdout).toMatchFileSnapshot(`help/${[program, ...device].join("-").replaceAll("/", "-")}.txt`);
  });

  test("need not be read", async () => {
    const running = bench.start("vhost-user-rng", ["--help"]);
    running.child.stdout?.destroy();
    expect(await running.end()).toMatchObject({ status: 0, stderr: "" });
  });

  test("has the version", () => {
    expect(bench.run("vhost-user-rng", ["--version"])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe("--print-capabilities", () => {
  test.each<[string, ProgramName, readonly string[]]>([
    ['{"type":"block","features":["read-only","blk-file"]}\n', "vhost-user-blk", []],
    ['{"type":"rng"}\n', "vhost-user-rng", []],
    ['{"type":"block","features":["read-only"]}\n', "vdev-run", ["blk/ram-disk"]],
  ])("prints %s whatever else is there", (stdout, program, device) => {
    for (const others of [[], ["--fd=99"], ["--nonsense", "word", "--socket-path=/nowhere/x"]]) {
      const outcome = bench.run(program, [...device, ...others, "--print-capabilities"]);
      expect(outcome).toMatchObject({ status: 0, stdout, stderr: "" });
    }
  });

  test("is refused for what QEMU has no name for", () => {
    expect(bench.run("vdev-run", ["thermometer", "--print-capabilities"])).toMatchObject({
      status: 2,
      stderr: "vdev-run: QEMU names no backend type for thermometer\n",
    });
  });
});

describe("wrong usage ends with 2 and one line", () => {
  test.each<[string, ProgramName, readonly string[]]>([
    ["name a device first: blk, ", "vdev-run", []],
    ["name a device first: blk, ", "vdev-run", ["--socket-path", "x", "rng"]],
    ['there is no device "rgn"; did you mean rng? there are blk, ', "vdev-run", ["rgn"]],
    ['there is no device "options.js"; did you mean ./options.js? ', "vdev-run", ["options.js"]],
    ['there is no device "blk/../rng"', "vdev-run", ["blk/../rng"]],
    ["there is no file ./none.js", "vdev-run", ["./none.js"]],
    ["./other.js is no device", "vdev-run", ["./other.js", "--fd", "0"]],
    ["where? ", "vhost-user-rng", []],
    ["unknown option '--socket-pat' (Did you mean --socket-path?)", "vhost-user-rng", ["--socket-pat"]],
    ["unknown option '--blk-file=x'", "vhost-user-rng", ["--blk-file=x"]],
    ["too many arguments", "vhost-user-rng", ["--socket-path=x", "y"]],
    [
      "option '--socket-path <path>' cannot be used with option '--fd <fdnum>'",
      "vhost-user-rng",
      ["--socket-path=x", "--fd=3"],
    ],
    [
      "option '--socket-path <path>' cannot be used with option '--connect <path>'",
      "vhost-user-rng",
      ["--socket-path=x", "--connect=y"],
    ],
    [
      "option '--connect <path>' cannot be used with option '--fd <fdnum>'",
      "vhost-user-rng",
      ["--connect=x", "--fd=3"],
    ],
    ["option '--socket-path <path>' argument '' is invalid. It is empty.", "vhost-user-rng", ["--socket-path="]],
    ["option '--fd <fdnum>' argument 'x' is invalid. It is not a whole number.", "vhost-user-rng", ["--fd=x"]],
    ["--fd 99 is not open", "vhost-user-rng", ["--fd=99"]],
    ["--fd 0 is not a Unix stream socket", "vhost-user-rng", ["--fd=0"]],
    ["--connect: the path is longer", "vhost-user-rng", [`--connect=/${"x".repeat(107)}`]],
    [
      "option '--socket-mode <octal>' argument '888' is invalid.",
      "vhost-user-rng",
      ["--socket-path=x", "--socket-mode=888"],
    ],
    ["--socket-mode is for ", "vhost-user-rng", ["--connect=x", "--socket-mode=600"]],
    ["--socket-group is for ", "vhost-user-rng", ["--connect=x", "--socket-group=0"]],
    ['--socket-group: there is no group "no such"', "vhost-user-rng", ["--socket-path=x", "--socket-group=no such"]],
    ["option '--log-level <level>' argument 'all' is invalid.", "vhost-user-rng", ["--log-level=all"]],
    [
      "option '--packed <on|off>' argument 'maybe' is invalid. Allowed choices are on, off.",
      "vhost-user-rng",
      ["--packed=maybe"],
    ],
    ["option '--log-format <text|json>' argument 'xml' is invalid.", "vhost-user-rng", ["--log-format=xml"]],
    ["period must be an integer from 1 ", "vhost-user-rng", ["--socket-path=x", "--period=0"]],
    ["required option '--size <size>' not specified", "vdev-run", ["blk/ram-disk", "--socket-path=x"]],
    ["size must be a multiple of 512", "vdev-run", ["blk/ram-disk", "--size=100", "--socket-path=x"]],
    ["option '--size <size>' argument '1X' is invalid.", "vdev-run", ["blk/ram-disk", "--size=1X"]],
    ["option '--size <size>' argument '9999T' is invalid.", "vdev-run", ["blk/ram-disk", "--size=9999T"]],
    ["thermometer config.sensors may not be 0", "vdev-run", ["thermometer", "--sensors=0", "--socket-path=x"]],
    [
      "option '--mode <fast|slow>' argument 'odd' is invalid. Allowed choices are fast, slow.",
      "vdev-run",
      ["./options.js", "--mode=odd"],
    ],
    ["--it must be odd", "vdev-run", ["./refuses.js", "--socket-path=x"]],
    ["unknown option '--\\u{1b}[31m'", "vhost-user-rng", ["--\u001b[31m"]],
  ])("%s", (message, program, args) => {
    const { status, stdout, stderr } = bench.run(program, args);
    expect(stderr.slice(0, `${program}: ${message}`.length)).toBe(`${program}: ${message}`);
    expect(stderr.split("\n")).toHaveLength(2);
    expect([status, stdout]).toEqual([2, ""]);
  });
});

describe("what cannot start ends with 1", () => {
  test.each<[string, ProgramName, readonly string[]]>([
    ["rng-source cannot be read: ENOENT", "vhost-user-rng", ["--rng-source=/nowhere"]],
    ["rng-source is a directory: /", "vhost-user-rng", ["--rng-source=/"]],
    ["./broken.js cannot be loaded: SyntaxError", "vdev-run", ["./broken.js"]],
  ])("%s", (message, program, args) => {
    const { status, stderr } = bench.run(program, [...args, "--socket-path=x"]);
    expect(stderr).toContain(message);
    expect(stderr.split("\n")).toHaveLength(2);
    expect(status).toBe(1);
  });
});

test("a bug in a device ends with 3 and says where", () => {
  const { status, stderr } = bench.run("vdev-run", ["./faulty.js", "--socket-path=x"]);
  expect(stderr).toMatch(/error faulty: internal error: TypeError: .*faulty\.js:3/);
  expect(status).toBe(3);
});

test("options reach the device, typed and camel-cased, and none that was not given", () => {
  const given = (...args: string[]) => {
    const { stderr } = bench.run("vdev-run", ["./options.js", "--socket-path=x", ...args]);
    return JSON.parse(/given (\{.*\})/.exec(stderr)?.[1] ?? "null");
  };
  expect(given()).toEqual({});
  expect(given("--some-size=3k", "--count", "7", "--dry-run", "--mode=slow", "--a-path", "a b")).toEqual({
    someSize: 3072,
    count: 7,
    dryRun: true,
    mode: "slow",
    aPath: "a b",
  });
  const sizes = ["0", "512", "1K", "2M", "3G", "4T"].map((size) => given(`--some-size=${size}`).someSize);
  expect(sizes).toEqual([0, 512, 1024, 2 * 1024 ** 2, 3 * 1024 ** 3, 4 * 1024 ** 4]);
});
