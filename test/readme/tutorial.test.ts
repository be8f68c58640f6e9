import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blocksOf, root, runsOf } from "./readme.js";

const blocks = blocksOf("Tutorial");
let clone: string;

function run(command: string): string {
  const env = {
    ...process.env,
    npm_config_cache: join(clone, "dist/npm-cache"),
    npm_config_ignore_scripts: "true",
    NO_COLOR: "1",
  };
  return execFileSync("bash", ["-euo", "pipefail", "-c", command], {
    cwd: clone,
    env,
    encoding: "utf8",
    stdio: "pipe",
  });
}

/** Paths that differ from the commit that the copy began with. */
function changes(): string[] {
  return run("git status --porcelain --untracked-files=all")
    .split("\n")
    .filter(Boolean)
    .map((line) => line.slice(3))
    .sort();
}

beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), "vdev-tutorial-"));
  const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], { cwd: root, encoding: "utf8" });
  for (const file of files.split("\0").filter(Boolean))
    cpSync(join(root, file), join(clone, file), { recursive: true });
  cpSync(join(root, "dist"), join(clone, "dist"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
  rmSync(join(clone, "definitions/thermometer"), { recursive: true });
  rmSync(join(clone, "generated/thermometer.ts"));
  run("git init -q && git add -A && git -c user.name=t -c user.email=t@localhost commit -qm start");
});

afterAll(() => rmSync(clone, { recursive: true, force: true }));

test("every excerpt is in its file", () => {
  const excerpts = blocks.filter(({ file }) => file !== undefined);
  expect(excerpts.length).toBeGreaterThan(3);
  for (const { file, text } of excerpts) {
    const content = readFileSync(join(root, file as string), "utf8");
    for (const lines of runsOf(text)) expect(content).toContain(lines);
  }
});

test("its commands work in order, and touch one folder and one generated file", () => {
  for (const { language, file, text } of blocks) {
    if (file !== undefined) cpSync(join(root, file), join(clone, file));
    else if (language === "sh") run(text);
  }
  expect(changes()).toEqual([
    "definitions/thermometer/thermometer.test.ts",
    "definitions/thermometer/thermometer.ts",
    "definitions/thermometer/thermometer.yaml",
    "generated/thermometer.ts",
  ]);
  expect(readFileSync(join(clone, "generated/thermometer.ts"), "utf8")).toBe(
    readFileSync(join(root, "generated/thermometer.ts"), "utf8"),
  );
});

/** A text of the thermometer's, under the other name and id. */
function renamed(text: string): string {
  return text.replaceAll("thermometer", "gauge").replaceAll("Thermometer", "Gauge").replaceAll("65535", "65534");
}

test("typing along works under the other id that it names", () => {
  expect(readFileSync(join(root, "README.md"), "utf8")).toContain("id, such as 65534");
  mkdirSync(join(clone, "definitions/gauge"));
  for (const file of readdirSync(join(root, "definitions/thermometer"))) {
    const text = readFileSync(join(root, "definitions/thermometer", file), "utf8");
    writeFileSync(join(clone, "definitions/gauge", renamed(file)), renamed(text));
  }
  run("npx vdev-gen definitions/ -o generated/");
  expect(run("npx vitest run definitions/gauge")).toMatch(/Test Files\s+1 passed/);
  run("npx vdev-gen definitions/ -o generated/ --check");
});
