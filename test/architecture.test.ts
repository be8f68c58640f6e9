import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { importersOf, rules } from "./architecture-rules.js";
import { repositorySources, sourceOf } from "./architecture-source.js";

const sources = repositorySources(resolve(import.meta.dirname, ".."));

describe.each(rules)("$name", ({ violations, examples }) => {
  test("holds", () => {
    const found = sources.flatMap((source) => violations(source).map((what) => `${source.path}: ${what}`));
    expect(found).toEqual([]);
  });

  test.each(examples)("is broken by $text in $path", ({ path, text }) => {
    expect(violations(sourceOf(path, text))).not.toEqual([]);
  });
});

describe("one file knows ts-morph", () => {
  const compiler = sources.filter(({ path }) => path.startsWith("compiler/"));

  test("holds", () => expect(importersOf("ts-morph", compiler).length).toBeLessThanOrEqual(1));

  test("is broken by a second one, even for its types", () => {
    const second = ['import type { Project } from "ts-morph";', 'type M = typeof import("ts-morph");'];
    const files = second.map((text, i) => sourceOf(`compiler/${i}.ts`, text));
    expect(importersOf("ts-morph", files)).toHaveLength(2);
  });
});

test("imports are found in every form, and not in text", () => {
  const text = `
    import a from "a";
    import "b";
    import type { C } from "c";
    export { d } from "d";
    export * as e from "e";
    const f = await import("f");
    const g = require("g");
    import h = require("h");
    type I = import("i").I;
    type J = typeof import("j");
    const k = import(\`k\`);
    import.meta.resolve("l");
    vi.mock("m");
    Promise.resolve("no");
    // import "no";
    const n = 'import "no"';
  `;
  expect(sourceOf("x.ts", text).imports).toEqual([..."abcdefghijklm"]);
});

test("the repository is what is looked at", () => {
  for (const room of ["compiler", "runtime", "generated", "definitions", "test"]) {
    expect(sources.map(({ path }) => path.split("/")[0])).toContain(room);
  }
});
