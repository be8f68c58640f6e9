import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { importing, traceOption } from "./loaded-modules.js";
import { Bench } from "./programs.js";

const dist = resolve(import.meta.dirname, "../../dist");
const devices = readdirSync(resolve(dist, "generated")).filter((name) => name.endsWith(".js"));

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

/** What a fresh process loads that imports generated devices: paths below dist, and what lies elsewhere as it is. */
function loadedWith(...names: readonly string[]): string[] {
  const list = bench.path("loaded");
  const text = importing(...names.map((name) => resolve(dist, "generated", name)));
  execFileSync(process.execPath, [traceOption(list), "--input-type=module", "--eval", text]);
  const urls = readFileSync(list, "utf8").trim().split("\n");
  return urls.filter((url) => url.startsWith("file:")).map((url) => url.replace(/^.*\/dist\//, ""));
}

test.each(["rng.js", "net.js"])("%s loads the runtime that generated code needs, and nothing else", (name) => {
  const loaded = loadedWith(name);
  expect(loaded).toEqual(expect.arrayContaining([`generated/${name}`, "runtime/codegen.js"]));
  const other = loaded.filter((path) => path !== `generated/${name}` && !path.startsWith("runtime/"));
  expect([devices.length > 20, other]).toEqual([true, []]);
  expect(loaded.filter((path) => /^runtime\/(testing|run|programs|vhost-user|io|native)\//.test(path))).toEqual([]);
});

test("a second device would be found out", () => {
  expect(loadedWith("rng.js", "blk.js")).toContain("generated/blk.js");
});
