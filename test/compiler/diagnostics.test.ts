import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { outputCodes } from "../../compiler/cli/output-codes.js";
import { catalog } from "../../compiler/diagnostics/catalog.js";
import { codeFrame } from "../../compiler/diagnostics/code-frame.js";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.js";
import { closest, editDistance } from "../../compiler/diagnostics/did-you-mean.js";
import { formatDiagnostics } from "../../compiler/diagnostics/format.js";
import { truthCodes } from "../ground-truth/exceptions.js";

const text = "features:\n  MQ: { bit: 22 }\n  RSS: { bit: 22 }\n";
const at = { file: "a,b/100%.yaml", line: 3, column: 15, endLine: 3, endColumn: 17 };
const error: Diagnostic = { ...at, code: "F001", severity: "error", message: "both use bit 22", help: "50%\nof it" };
const warning: Diagnostic = { ...at, line: 2, code: "F010", severity: "warning", message: "no doc" };
const sources = new Map([[at.file, text]]);

describe("formats", () => {
  test("text, in the order of the file", () => {
    expect(formatDiagnostics([error, warning], "text", { sources })).toBe(
      `a,b/100%.yaml:2:15: warning[F010]: no doc
1 | features:
2 |   MQ: { bit: 22 }
  |               ^
a,b/100%.yaml:3:15: error[F001]: both use bit 22
2 |   MQ: { bit: 22 }
3 |   RSS: { bit: 22 }
  |               ^^
help: 50%
of it
`,
    );
  });

  test("colors only when asked", () => {
    expect(formatDiagnostics([error], "text")).not.toContain("\u001b");
    expect(formatDiagnostics([error], "text", { color: true })).toContain("\u001b[31m");
  });

  test("json", () => {
    expect(JSON.parse(formatDiagnostics([error], "json"))).toEqual([error]);
    expect(JSON.parse(formatDiagnostics([], "json"))).toEqual([]);
  });

  test("github, escaped", () => {
    expect(formatDiagnostics([error], "github")).toBe(
      "::error file=a%2Cb/100%25.yaml,line=3,col=15,endLine=3,endColumn=17,title=vdev-gen F001::both use bit 22%0Ahelp: 50%25%0Aof it\n",
    );
  });

  test("related places follow", () => {
    const related = [{ ...at, line: 1, column: 1, message: "first here" }];
    expect(formatDiagnostics([{ ...error, related }], "text")).toContain("\n  a,b/100%.yaml:1:1: first here\n");
  });
});

describe("code frames", () => {
  test("a long line is shown around the place", () => {
    const line = `${"x".repeat(5000)}HERE${"y".repeat(5000)}`;
    const frame = codeFrame(line, { file: "f", line: 1, column: 5001, endLine: 1, endColumn: 5005 }).split("\n");
    expect(frame[0]?.length).toBeLessThan(200);
    const marks = frame[1]?.indexOf("^") ?? 0;
    expect(frame[0]?.slice(marks, marks + 4)).toBe("HERE");
    expect(frame[1]?.endsWith("^^^^")).toBe(true);
  });

  test("a place over several lines is marked where it starts", () => {
    expect(codeFrame("a: {\n}", { file: "f", line: 1, column: 4, endLine: 2, endColumn: 2 })).toBe(
      "1 | a: {\n  |    ^",
    );
  });

  test("control characters are spelled out, and the mark stays below its text", () => {
    const frame = codeFrame("\u001b[2J: x", { file: "f", line: 1, column: 7, endLine: 1, endColumn: 8 }).split("\n");
    expect(frame[0]).toBe("1 | \\u{1b}[2J: x");
    expect(frame[1]?.indexOf("^")).toBe(frame[0]?.indexOf("x"));
  });
});

describe("did you mean", () => {
  test.each([
    ["feature", "features"],
    ["CTRL_VG", "CTRL_VQ"],
    ["geometri", "geometry"],
    ["ocnfig", "config"],
    ["zzz", undefined],
    ["x".repeat(100_000), undefined],
  ])("%s", (word, candidate) => {
    expect(closest(word, ["features", "CTRL_VQ", "geometry", "config", "y".repeat(100_000)])).toBe(candidate);
  });

  test("distances", () => {
    expect([editDistance("", "abc"), editDistance("abc", "abc"), editDistance("abc", "acb")]).toEqual([3, 0, 1]);
  });
});

test("docs/diagnostics.md explains every code, and no other", () => {
  const page = readFileSync(new URL("../../docs/diagnostics.md", import.meta.url), "utf8");
  const listed = [...page.matchAll(/^\| <a id="\w+"><\/a>`([A-Z]\d{3})` \|/gm)].map(([, code]) => code);
  expect(listed.sort()).toEqual([...Object.keys(catalog), ...outputCodes, ...truthCodes].sort());
});

test("the schema is one, and describes every key", () => {
  const schema = JSON.parse(
    readFileSync(new URL("../../compiler/schema/definition.schema.json", import.meta.url), "utf8"),
  );
  expect(new Ajv2020().validateSchema(schema)).toBe(true);
  expect([...undescribed(schema, schema, "")]).toEqual([]);
});

type Schema = { readonly [key: string]: unknown };

/** Paths of properties without a description, their own or that of what they refer to. */
function* undescribed(node: Schema, root: Schema, path: string): Generator<string> {
  for (const [key, value] of Object.entries(node)) {
    if (typeof value !== "object" || value === null) continue;
    yield* undescribed(value as Schema, root, `${path}/${key}`);
    if (key === "properties")
      for (const [name, property] of Object.entries(value)) if (!isDescribed(property, root)) yield `${path}/${name}`;
  }
}

function isDescribed(property: Schema, root: Schema): boolean {
  const target = String(property["$ref"] ?? "")
    .split("/")
    .slice(1)
    .reduce<unknown>((node, step) => (node as Schema)[step], root);
  return property["description"] !== undefined || (target as Schema)["description"] !== undefined;
}
