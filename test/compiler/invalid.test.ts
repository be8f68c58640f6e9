import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { catalog } from "../../compiler/diagnostics/catalog.js";
import { SourceText } from "../../compiler/diagnostics/source-text.js";
import { compileDefinition } from "../../compiler/front.js";
import { expectationsOf } from "./expectations.js";

const folder = new URL("invalid/", import.meta.url);
const cases = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

test.each(cases)("%s", async (name) => {
  const text = readFileSync(new URL(name, folder), "utf8");
  const { diagnostics, model } = await compileDefinition(new SourceText(name, text));
  const given = diagnostics.map(({ severity, code, line }) => `${severity} ${code} line ${line}`).sort();
  expect(given).toEqual(expectationsOf(text));
  expect(model === undefined).toBe(given.some((line) => line.startsWith("error")));
});

/** Codes that no single text can show, and the test that shows them. */
const elsewhere = new Map([
  ["D001", "two files: definitions.test.ts"],
  ["D004", "the file's name: definitions.test.ts"],
  ["D006", "two files: definitions.test.ts"],
  ["Y001", "formatters and editors should not meet what is no YAML: hostile.test.ts"],
  ["Y009", "no text at all: hostile.test.ts"],
  ["Y014", "more diagnostics than a file may have: hostile.test.ts"],
]);

test("every code of the catalog has a case", () => {
  const texts = cases.map((name) => readFileSync(new URL(name, folder), "utf8")).join("\n");
  const shown = new Set(expectationsOf(texts).map((line) => line.split(" ")[1]));
  const missing = Object.keys(catalog).filter((code) => !shown.has(code));
  expect(missing.sort()).toEqual([...elsewhere.keys()].sort());
});
