import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { outputCodes } from "../../compiler/cli/output-codes.js";
import { catalog } from "../../compiler/diagnostics/catalog.js";
import { SourceText } from "../../compiler/diagnostics/source-text.js";
import { compileDefinition } from "../../compiler/front.js";

const docs = new URL("../../docs/", import.meta.url);
const pages = readdirSync(new URL("diagnostics/", docs)).map((name) => `diagnostics/${name}`);

/** What no single text of a definition can show; the pages describe it in words. */
const inWords = new Set(["D001", "D004", "D006", "Y009", "Y014", ...outputCodes]);

const index = readFileSync(new URL("diagnostics.md", docs), "utf8");
/** The head that examples leave out. */
const head = fences(index)[0] ?? "";

function fences(text: string): string[] {
  return [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml]) => yaml as string);
}

/** Sections of all pages: the text under the heading of each code. */
const sections = pages.flatMap((page) =>
  readFileSync(new URL(page, docs), "utf8")
    .split(/^## /m)
    .slice(1)
    .map((text) => ({ code: text.slice(0, text.indexOf("\n")), text })),
);

/** What the compiler says of an example: `CODE: line`. */
async function told(example: string): Promise<string[]> {
  const text = example.startsWith("schema:") ? example : head + example;
  const { diagnostics } = await compileDefinition(new SourceText("example.yaml", text));
  return diagnostics.map(({ code, line }) => `${code}: ${text.split("\n")[line - 1]?.trim()}`);
}

test("every code has one section", () => {
  expect(sections.map(({ code }) => code).sort()).toEqual([...Object.keys(catalog), ...outputCodes].sort());
});

/** What the index says of each code; a bar in a table is written as an entity. */
const meanings = new Map(
  [...index.matchAll(/<\/a>`(\w+)` *\|[^|]*\| (.*?) *\|$/gm)].map(([, code, text]) => [
    code,
    text?.replaceAll("&#124;", "|"),
  ]),
);

describe.each(sections)("$code", ({ code, text }) => {
  test("means what the index says", () => {
    expect(text.split("\n\n")[1]).toBe(meanings.get(code));
  });

  test("has a bad example and a good one", () => {
    expect(text).toMatch(/^Bad:.*^Good:/ms);
    expect(fences(text)).toHaveLength(inWords.has(code) ? 0 : 2);
  });
});

describe.each(sections.filter(({ code }) => !inWords.has(code)))("the examples of $code", ({ code, text }) => {
  const [bad = "", good = ""] = fences(text);

  test("the bad one is told its code, on its line, and nothing else", async () => {
    const marked = bad.split("\n").filter((line) => line.endsWith(`# ${code}`));
    expect(await told(bad)).toEqual(marked.map((line) => `${code}: ${line.trim()}`));
    expect(marked).toHaveLength(1);
  });

  test("the good one is told nothing", async () => {
    expect(await told(good)).toEqual([]);
  });
});
