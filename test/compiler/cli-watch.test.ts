import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Sandbox } from "./cli-sandbox.js";

let box: Sandbox;
let ended: Promise<number>;

beforeEach(() => {
  box = new Sandbox();
  box.write("definitions/blk/blk.yaml", "a disk\n");
  box.write("definitions/rng/rng.yaml", "noise\n");
  ended = Promise.resolve(0);
});
afterEach(async () => {
  box.stop.abort();
  await ended;
  box.remove();
});

/** Starts to watch, and waits for the first compile: everything is watched by then. */
async function watch(...args: string[]): Promise<void> {
  ended = box.run(...(args.length > 0 ? args : ["definitions"]), "-o", "generated", "--watch");
  await until(() => expect(box.stderr + box.stdout).toMatch(/ ms\n|"milliseconds"/));
}

async function until(condition: () => void): Promise<void> {
  await vi.waitFor(condition, { timeout: 30_000, interval: 10 });
}

async function untilGenerated(file: string, text: string): Promise<void> {
  await until(() => expect(box.read(file)).toContain(text));
}

/** As editors save: a new file takes the place of the old one. */
function saveByRename(file: string, text: string): void {
  box.write(`${file}~`, text);
  renameSync(join(box.root, `${file}~`), join(box.root, file));
}

test("an edit is compiled, and only what changed is emitted", async () => {
  await watch();
  expect(box.emitted).toEqual(["blk", "rng"]);
  box.write("definitions/rng/rng.yaml", "other noise\n");
  await untilGenerated("generated/rng.ts", "other noise");
  await until(() => expect(box.stderr).toMatch(/2 devices, 1 file written, 1 unchanged, \d+ ms\n/));
  expect(new Set(box.emitted.slice(2))).toEqual(new Set(["rng"]));
});

test("the stop signal ends it with 0", async () => {
  await watch();
  box.stop.abort();
  expect(await ended).toBe(0);
});

test("edits after a save by renaming are noticed", async () => {
  await watch();
  for (const text of ["one", "two", "three"]) {
    saveByRename("definitions/rng/rng.yaml", text);
    await untilGenerated("generated/rng.ts", text);
    box.write("definitions/rng/rng.yaml", `${text} again`);
    await untilGenerated("generated/rng.ts", `${text} again`);
  }
});

test("a file can be watched as well", async () => {
  await watch("definitions/rng/rng.yaml");
  saveByRename("definitions/rng/rng.yaml", "one");
  await untilGenerated("generated/rng.ts", "one");
  box.write("definitions/rng/rng.yaml", "two");
  await untilGenerated("generated/rng.ts", "two");
});

test("a new folder is noticed, and what happens in it later", async () => {
  await watch();
  box.write("definitions/more/net/net.yaml", "a network\n");
  await untilGenerated("generated/net.ts", "a network");
  box.write("definitions/more/net/net.yaml", "another network\n");
  await untilGenerated("generated/net.ts", "another network");
});

test("a folder behind a link is watched, and a link that leads back is no trap", async () => {
  box.write("elsewhere/net/net.yaml", "a network\n");
  symlinkSync("../elsewhere", join(box.root, "definitions/link"));
  symlinkSync("..", join(box.root, "definitions/rng/up"));
  // The invented front end does not follow links: give it the folder by name.
  await watch("definitions/link", "definitions/blk");
  box.write("elsewhere/net/net.yaml", "another network\n");
  await untilGenerated("generated/net.ts", "another network");
});

test("a folder that is deleted and made again", async () => {
  await watch();
  rmSync(join(box.root, "definitions"), { recursive: true });
  await until(() => expect(box.stderr).toContain("error: there is no definitions"));
  box.write("definitions/blk/blk.yaml", "a new disk\n");
  await untilGenerated("generated/blk.ts", "a new disk");
  box.write("definitions/blk/blk.yaml", "an edited disk\n");
  await untilGenerated("generated/blk.ts", "an edited disk");
});

test("a folder that is replaced by another one", async () => {
  await watch();
  box.write("other/blk/blk.yaml", "a disk of another branch\n");
  renameSync(join(box.root, "definitions"), join(box.root, "before"));
  renameSync(join(box.root, "other"), join(box.root, "definitions"));
  await untilGenerated("generated/blk.ts", "another branch");
  box.write("definitions/blk/blk.yaml", "an edited disk\n");
  await untilGenerated("generated/blk.ts", "an edited disk");
});

test("errors, and even bugs, do not end it", async () => {
  await watch();
  box.write("definitions/rng/rng.yaml", "an error\n");
  await until(() => expect(box.stderr).toMatch(/an invented error\n[\s\S]*nothing written, \d+ ms\n/));
  box.write("definitions/rng/rng.yaml", "a bug\n");
  await until(() => expect(box.stderr).toContain("an invented bug"));
  box.write("definitions/rng/rng.yaml", "good noise\n");
  await untilGenerated("generated/rng.ts", "good noise");
});

test("the output folder may be that of the definitions", async () => {
  box.write("definitions/blk/blk.ts", "export {};\n");
  ended = box.run("definitions", "-o", "definitions", "--watch");
  await until(() => expect(box.stderr).toContain(" ms\n"));
  writeFileSync(join(box.root, "definitions/blk/blk.ts"), "export const x = 1;\n");
  mkdirSync(join(box.root, "definitions/.git"));
  box.write("definitions/rng/rng.yaml", "other noise\n");
  await untilGenerated("definitions/rng.ts", "other noise");
});

test("json: a document a line", async () => {
  await watch("definitions", "--format", "json");
  box.write("definitions/rng/rng.yaml", "other noise\n");
  const documents = () =>
    box.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).summary.written);
  await until(() => expect(documents().slice(1)).toContain(1));
  expect(documents()[0]).toBe(2);
});

test("what is not there at the start is a slip of the pen", async () => {
  expect(await box.run("definitoins", "-o", "generated", "--watch")).toBe(2);
  expect(box.stderr).toContain("there is no definitoins");
});
