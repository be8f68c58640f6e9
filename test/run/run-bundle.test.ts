import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Script } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { codeCachePath, runBundle } from "../../runtime/programs/run-bundle.js";

const load = createRequire(import.meta.url);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vdev-bundle-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A source for each case: V8 does not look at a cache for what it has compiled before. */
function bundleNamed(name: string): string {
  return `(function (require, __filename) { require("node:process").bundleRan = "${name} " + __filename; })`;
}

function cacheOf(text: string): Buffer {
  return new Script(text).createCachedData();
}

test.each<[string, boolean | undefined, (() => Uint8Array)?]>([
  ["none", undefined],
  ["its own", false, () => cacheOf(bundleNamed("its own"))],
  ["that of another source", true, () => cacheOf(bundleNamed("other"))],
  ["a part", true, () => cacheOf(bundleNamed("whole")).subarray(0, 40)],
  ["nothing", true, () => new Uint8Array()],
  ["something else", true, () => new Uint8Array(4096).fill(0x5a)],
])("a bundle runs with %s for a code cache", (name, rejected, makeCache) => {
  const path = join(folder, `${name}.cjs`);
  writeFileSync(path, bundleNamed(name));
  if (makeCache !== undefined) writeFileSync(codeCachePath(path), makeCache());
  expect(runBundle(path, load).cachedDataRejected).toBe(rejected);
  expect(process).toMatchObject({ bundleRan: `${name} ${path}` });
});

test("a code cache is for one processor and one V8", () => {
  expect(codeCachePath("x.cjs")).toBe(`x.cjs.${process.arch}-${process.versions.v8}.cache`);
});
