import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { commanderOptions } from "../../runtime/run/commander-options.js";
import { plainOptions } from "../../runtime/run/plain-options.js";
import { COMMON_OPTIONS, deviceOption } from "../../runtime/run/program-options.js";
import { randomRuns } from "../random-runs.js";

const own = [
  deviceOption({ name: "blk-file", type: "string", help: "x" }),
  deviceOption({ name: "read-only", type: "flag", help: "x" }),
  deviceOption({ name: "size", type: "size", help: "x" }),
  deviceOption({ name: "cache", type: "string", choices: ["none", "writeback"], help: "x" }),
];
const needed = deviceOption({ name: "count", type: "integer", required: true, help: "x" });
const help = { program: "x", usage: "x", description: "x" };
const silent = { out: () => {}, err: () => {} };

const flags = [...own, ...COMMON_OPTIONS].map(({ name }) => `--${name}`);
const values = ["", "1", "7k", "0660", "none", "info", "json", "-1", "-", "--", "a b", "é"];
const word = fc.oneof(
  fc.constantFrom(...flags, "--count", "--no-read-only", "--blk", "-h", "--help", "--version", "-x", ...values),
  fc
    .tuple(fc.constantFrom(...flags, "--count"), fc.constantFrom("=", " "), fc.constantFrom(...values))
    .map((w) => w.join("")),
);

describe("what a command line means", () => {
  test.prop([fc.array(word, { maxLength: 5 }), fc.boolean()], { numRuns: randomRuns(2000) })(
    "is what commander takes it for, wherever it is not left to that",
    (args, isNeeded) => {
      const options = [...own, ...(isNeeded ? [needed] : []), ...COMMON_OPTIONS];
      const values = plainOptions(args, options);
      if (values !== undefined) expect(values).toEqual(commanderOptions(args, options, help, silent));
    },
  );

  test("is plain where options are only given", () => {
    const args = ["--blk-file=a", "--read-only", "--socket-path", "s", "--size=1K", "--socket-mode=0660"];
    const values = { blkFile: "a", readOnly: true, socketPath: "s", size: 1024, socketMode: 0o660 };
    const presets = { packed: "on", logLevel: "info", logFormat: "text" };
    expect(plainOptions(args, [...own, ...COMMON_OPTIONS])).toEqual({ ...values, ...presets });
  });

  test.each([
    ["--nonsense"],
    ["word"],
    ["--help"],
    ["--size"],
    ["--size=x"],
    ["--cache=x"],
    ["--read-only=yes"],
    ["--connect=x", "--fd=3"],
  ])("is for commander with %s %s", (...args) => {
    expect(plainOptions(args, [...own, ...COMMON_OPTIONS])).toBe(undefined);
  });

  test("is for commander where a required option is missing, or two have one name", () => {
    expect(plainOptions([], [needed])).toBe(undefined);
    expect(plainOptions([], [needed, needed])).toBe(undefined);
    expect(plainOptions([], [deviceOption({ name: "help", type: "flag", help: "x" })])).toBe(undefined);
  });
});
