import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const script = fileURLToPath(new URL("../../.ci/wire.mjs", import.meta.url));

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vdev-ci-"));
  git("init", "-q");
  mkdirSync(join(folder, "definitions/sample"), { recursive: true });
  writeFileSync(join(folder, "CHANGELOG.md"), "# Changelog\n");
  writeFileSync(
    join(folder, "definitions/sample/sample.yaml"),
    "schema: 1\ndevice: sample\nid: 65535\nstatus: experimental\ntitle: Sample\nconfig: { fields: { a: le32 } }\n",
  );
  commit();
});
afterEach(() => rmSync(folder, { recursive: true }));

function git(...args: string[]): void {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
  execFileSync("git", [...identity, ...args], { cwd: folder });
}

function commit(): void {
  git("add", "-A");
  git("commit", "-qm", "change");
}

function edit(from: string, to: string): void {
  const path = join(folder, "definitions/sample/sample.yaml");
  writeFileSync(path, readFileSync(path, "utf8").replace(from, to));
}

function check(cwd = folder): { status: number | null; stdout: string } {
  const { status, stdout } = spawnSync(process.execPath, [script], { cwd, encoding: "utf8" });
  return { status, stdout };
}

test("a first commit has nothing before it, and neither has a clone of one commit", () => {
  expect(check()).toEqual({ status: 0, stdout: expect.stringContaining("not compared") });
  edit("le32", "le64");
  commit();
  git("clone", "-q", "--depth", "1", `file://${folder}`, "shallow");
  expect(check(join(folder, "shallow"))).toEqual({ status: 0, stdout: expect.stringContaining("not compared") });
});

test("a change on the wire needs a line in the changelog", () => {
  edit("le32", "le64");
  commit();
  const { status, stdout } = check();
  expect(status).toBe(1);
  expect(stdout).toContain("breaking: sample: config: a was le32 and is le64");
  expect(stdout).toContain("say so in CHANGELOG.md");
  appendFileSync(join(folder, "CHANGELOG.md"), "- sample: a is wider\n");
  expect(check().status).toBe(0);
});

test("names and words need none, nor do definitions that are too old to be read", () => {
  edit("{ a: le32 }", "{ b: { type: le32, doc: Renamed. } }");
  commit();
  expect(check()).toEqual({ status: 0, stdout: "" });
  edit("schema: 1", "schema: 99");
  commit();
  edit("schema: 99", "schema: 1");
  commit();
  expect(check()).toEqual({ status: 0, stdout: expect.stringContaining("not compared") });
});
