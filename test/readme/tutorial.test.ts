import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blocksOf, root, strayRuns } from "./readme.js";
import { RepositoryCopy } from "./repository-copy.js";

const blocks = blocksOf("README.md", "Tutorial");
let copy: RepositoryCopy;

beforeAll(() => {
  copy = new RepositoryCopy("definitions/thermometer", "generated/thermometer.ts");
});

afterAll(() => copy.remove());

test("every excerpt is in its file", () => {
  const excerpts = blocks.filter(({ file }) => file !== undefined);
  expect(excerpts.length).toBeGreaterThan(3);
  for (const block of excerpts) expect(strayRuns(block, root)).toEqual([]);
});

test("its commands work in order, and touch one folder and one generated file", () => {
  for (const { language, file, text } of blocks) {
    if (file !== undefined) copy.take(file);
    else if (language === "sh") copy.run(text);
  }
  expect(copy.changes()).toEqual([
    "definitions/thermometer/thermometer.test.ts",
    "definitions/thermometer/thermometer.ts",
    "definitions/thermometer/thermometer.yaml",
    "generated/thermometer.ts",
  ]);
  expect(readFileSync(copy.path("generated/thermometer.ts"), "utf8")).toBe(
    readFileSync(join(root, "generated/thermometer.ts"), "utf8"),
  );
});

/** A text of the thermometer's, under the other name and id. */
function renamed(text: string): string {
  return text.replaceAll("thermometer", "gauge").replaceAll("Thermometer", "Gauge").replaceAll("65535", "65534");
}

test("typing along works under the other id that it names", () => {
  expect(readFileSync(join(root, "README.md"), "utf8")).toContain("id, such as 65534");
  mkdirSync(copy.path("definitions/gauge"));
  for (const file of readdirSync(join(root, "definitions/thermometer"))) {
    const text = readFileSync(join(root, "definitions/thermometer", file), "utf8");
    writeFileSync(copy.path(`definitions/gauge/${renamed(file)}`), renamed(text));
  }
  copy.run("npx vdev-gen definitions/ -o generated/");
  expect(copy.run("npx vitest run definitions/gauge")).toMatch(/Test Files\s+1 passed/);
  copy.run("npx vdev-gen definitions/ -o generated/ --check");
});
