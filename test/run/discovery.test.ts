import { readdirSync, readFileSync } from "node:fs";
import { basename, isAbsolute, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Bench, type ProgramName } from "./programs.js";

const repository = resolve(import.meta.dirname, "../..");
const folder = join(repository, "share/qemu/vhost-user");
const { bin } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));

let bench: Bench;

beforeAll(() => {
  bench = new Bench();
});
afterAll(() => bench.close());

/** What management software reads (VhostUserBackend in QEMU's docs/interop/vhost-user.json). */
test.each(readdirSync(folder))("%s says where a program of ours is, and what it is", (name) => {
  expect(name).toMatch(/^\d\d-vdev-\w+\.json$/);
  const { description, type, binary, ...more } = JSON.parse(readFileSync(join(folder, name), "utf8"));
  expect([description, isAbsolute(binary), more]).toEqual([expect.any(String), true, {}]);
  const program = basename(binary) as ProgramName;
  expect(Object.keys(bin)).toContain(program);
  expect(JSON.parse(bench.run(program, ["--print-capabilities"]).stdout).type).toBe(type);
});

test("each program for one device type has such a file", () => {
  const types = Object.keys(bin).flatMap((name) => /^vhost-user-(\w+)$/.exec(name)?.[1] ?? []);
  expect(readdirSync(folder)).toEqual(types.map((type) => `50-vdev-${type}.json`));
});

test.each(["vdev-run", "vhost-user-blk", "vhost-user-rng"])("%s is installed as a command", (name) => {
  expect(readFileSync(join(repository, bin[name]), "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
});
