import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SourceText } from "../../compiler/diagnostics/source-text.js";
import { compileDefinition, readDefinitions } from "../../compiler/front.js";
import { readDefinitionFile } from "../../compiler/parse/read-file.js";

const head = "schema: 1\ndevice: sample\nid: 65535\nstatus: experimental\ntitle: Sample\n";
const MIB = 2 ** 20;

async function codesOf(text: string): Promise<string[]> {
  const { diagnostics, model } = await compileDefinition(new SourceText("sample.yaml", text));
  if (diagnostics.some(({ severity }) => severity === "error")) expect(model).toBeUndefined();
  return [...new Set(diagnostics.map(({ code }) => code))];
}

const nested = (depth: number, open: string, close: string): string =>
  `a: ${open.repeat(depth)}1${close.repeat(depth)}`;
const billionLaughs = ["a: &a [x, x]", "b: &b [*a, *a]", "c: &c [*b, *b]", "d: [*c, *c]"].join("\n");
const indented = Array.from({ length: 1000 }, (_, depth) => `${" ".repeat(depth)}k:`).join("\n");

describe("YAML that is meant to do harm", () => {
  test.each([
    ["aliases of aliases", billionLaughs, "Y007"],
    ["flow lists, deep", nested(100_000, "[", "]"), "Y011"],
    ["flow maps, deep", nested(100_000, "{a: ", "}"), "Y011"],
    ["block lists, deep", "- ".repeat(100_000), "Y011"],
    ["explicit keys, deep", "? ".repeat(100_000), "Y011"],
    ["tagged lists, deep", "- !x ".repeat(100_000), "Y011"],
    ["indentation, deep", indented, "Y011"],
    ["commas", `a: [${",".repeat(MIB)}]`, "Y011"],
    ["braces", "{}".repeat(MIB / 2), "Y011"],
    ["lines", "- 1\n".repeat(MIB / 4), "Y011"],
    ["keys", Array.from({ length: 40_000 }, (_, i) => `k${i}: 1\n`).join(""), "Y011"],
    ["one key, again and again", "a: 1\n".repeat(20_000), "Y002"],
    ["anchors", `a: ${"&a ".repeat(MIB / 3)}1`, "Y011"],
    ["an open quote", `a: "${"x\n ".repeat(90_000)}`, "Y001"],
    ["several documents", `${head}---\n${head}`, "Y001"],
    ["a key that is a map", "? {a: 1}\n: 1", "Y001"],
    ["a number", "42", "Y004"],
    ["nothing", "", "Y004"],
    ["unknown keys", head + Array.from({ length: 10_000 }, (_, i) => `k${i}: 1\n`).join(""), "Y003"],
    ["a long key", `${head}${"k".repeat(MIB / 2)}: 1`, "Y001"],
    ["a long name", `${head}structs:\n  ? ${"k".repeat(MIB / 2)}\n  : { fields: { a: u8 } }`, "Y013"],
  ])("%s", async (_, text, code) => {
    expect(await codesOf(text)).toContain(code);
  });

  test("more diagnostics than anybody reads", async () => {
    const text = head + Array.from({ length: 1000 }, (_, i) => `k${i}: 1\n`).join("");
    const { diagnostics } = await compileDefinition(new SourceText("sample.yaml", text));
    expect(diagnostics).toHaveLength(101);
    expect(diagnostics.at(-1)).toMatchObject({ code: "Y014", message: expect.stringContaining("900 more") });
  });
});

test("the usual slip in YAML is told what to do about", async () => {
  const text = `${head}structs:\n  list: { fields: { items: u8[4], more: u8 } }\n`;
  const { diagnostics } = await compileDefinition(new SourceText("sample.yaml", text));
  expect(diagnostics.map(({ code, line }) => [code, line])).toEqual([["Y001", 7]]);
  expect(diagnostics[0]?.help).toMatch(/need quotes/);
});

describe("definitions that grow while they are compiled", () => {
  const items = (count: number, item: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => item(i)).join("");

  test("derived names that double", async () => {
    const derived = items(60, (i) => `  d${i + 1}: d${i} + d${i}\n`);
    expect(await codesOf(`${head}features: { A: { bit: 0, doc: A. } }\nderived:\n  d0: A\n${derived}`)).toEqual([
      "F014",
    ]);
  });

  test("structs that double", async () => {
    const structs = items(30, (i) => `  s_${i + 1}: { fields: { a: s_${i}, b: s_${i} } }\n`);
    expect(await codesOf(`${head}structs:\n  s_0: { fields: { a: u8 } }\n${structs}`)).toEqual([]);
  });

  test("arrays of arrays", async () => {
    expect(await codesOf(`${head}structs: { s: { fields: { a: "u8[65535][65535][65535]" } } }\n`)).toEqual(["T017"]);
  });

  test("expressions without end", async () => {
    const rule = (text: string): string => `${head}negotiation: ["${text}"]\n`;
    expect(await codesOf(rule("!".repeat(50_000)))).toEqual(["F011"]);
    expect(await codesOf(rule("(".repeat(499)))).toEqual(["F011"]);
    expect(await codesOf(rule("1?".repeat(249)))).toEqual(["F011"]);
  });

  test("many queues that depend on many features", async () => {
    const features = items(12, (i) => `  F${i}: { bit: ${i}, doc: A feature. }\n`);
    const queues = items(500, (i) => `  q${i}: { index: ${i}, if: F${i % 12}, carries: m, doc: A queue. }\n`);
    const text = `${head}features:\n${features}messages: { m: { doc: M., to-device: { a: u8 } } }\nqueues:\n${queues}`;
    expect(await codesOf(text)).toContain("F014");
  });
});

describe("definitions with accidents", () => {
  const blk = readFileSync(new URL("../../definitions/blk/blk.yaml", import.meta.url), "utf8");
  const piece = fc.oneof(
    fc.constantFrom(
      "",
      " ",
      "\n",
      "[",
      "]",
      "{",
      "}",
      ":",
      ",",
      "'",
      '"',
      "-",
      "\t",
      "#",
      "&a",
      "*a",
      "!t",
      "0",
      "-1",
      "null",
      "~",
    ),
    fc.constantFrom(
      "u8",
      "kind",
      "[]",
      "[n]",
      "[4]",
      "config.",
      "&",
      "|",
      "RO",
      "blk",
      "1e9",
      "0x",
      "[status]",
      "le64 flags status",
    ),
    fc.tuple(fc.nat(blk.length), fc.nat(60)).map(([at, length]) => blk.slice(at, at + length)),
  );
  const accident = fc.record({ at: fc.nat(blk.length), remove: fc.nat(12), insert: piece });

  test("are compiled or told about, and never throw", async () => {
    const property = fc.asyncProperty(fc.array(accident, { minLength: 1, maxLength: 3 }), async (accidents) => {
      let text = blk;
      for (const { at, remove, insert } of accidents) text = text.slice(0, at) + insert + text.slice(at + remove);
      const { model, diagnostics } = await compileDefinition(new SourceText("blk.yaml", text));
      expect(model === undefined).toBe(diagnostics.some(({ severity }) => severity === "error"));
    });
    await fc.assert(property, { numRuns: 300 });
  });
});

describe("text that would like to be code", () => {
  test.each(["x; process.exit()", "a*/b", "a`b", "$" + "{a}", "a\\nb", "constructor()", "__proto__", "a b", "é"])(
    "name %s",
    async (name) => {
      const quoted = JSON.stringify(name);
      expect(await codesOf(`${head}structs:\n  ${quoted}: { fields: { a: u8 } }\n`)).toEqual(["Y013"]);
      expect(await codesOf(`${head}features:\n  ${quoted}: { bit: 0, doc: A. }\n`)).toEqual(["Y013"]);
    },
  );

  test("__proto__ is a key like any other", async () => {
    expect(await codesOf(`${head}__proto__: { polluted: 1 }\n`)).toEqual(["Y003"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test("docs are kept as they are, for emitters to quote", async () => {
    const doc = "a */ `b` $" + "{c} </script>";
    const { model } = await compileDefinition(new SourceText("sample.yaml", `${head}doc: ${JSON.stringify(doc)}\n`));
    expect(model?.doc).toBe(doc);
  });

  test("control characters do not reach a terminal", async () => {
    const text = `${head}"\\e[31m\\u202e": 1\n`;
    const { diagnostics } = await compileDefinition(new SourceText("sample.yaml", text));
    expect(diagnostics[0]?.message).toBe('unknown key "\\u{1b}[31m\\u{202e}" in the definition');
  });
});

describe("files that are no texts", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "vdev-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function problemOf(name: string): Promise<string> {
    const result = await readDefinitionFile(join(folder, name));
    return "problem" in result ? result.problem : "none";
  }

  test("NUL, bad UTF-8, folders, fifos, devices, nothing", async () => {
    await writeFile(join(folder, "nul.yaml"), "schema: 1\0");
    await writeFile(join(folder, "latin.yaml"), Buffer.from([0x61, 0x3a, 0x20, 0xe9]));
    await mkdir(join(folder, "folder.yaml"));
    execFileSync("mkfifo", [join(folder, "fifo.yaml")]);
    expect(await problemOf("nul.yaml")).toMatch(/NUL/);
    expect(await problemOf("latin.yaml")).toMatch(/UTF-8/);
    expect(await problemOf("folder.yaml")).toMatch(/regular file/);
    expect(await problemOf("fifo.yaml")).toMatch(/regular file/);
    expect(await problemOf("../../../../../../../dev/zero")).toMatch(/regular file/);
    expect(await problemOf("none.yaml")).toMatch(/ENOENT/);
  });

  test("they become diagnostics", async () => {
    const { diagnostics, devices } = await readDefinitions(["fifo.yaml", "none.yaml", "folder.yaml"], { cwd: folder });
    expect(diagnostics.map(({ code, file, line }) => [code, file, line])).toEqual([
      ["Y009", "fifo.yaml", 1],
      ["Y009", "folder.yaml", 1],
      ["Y009", "none.yaml", 1],
    ]);
    expect(devices).toEqual([]);
  });

  test("100 MB are refused in little memory", async () => {
    const path = join(folder, "large.yaml");
    const file = await open(path, "w");
    await file.truncate(100 * 1000 * 1000);
    await file.close();
    const script = `
      const { readDefinitionFile } = await import(${JSON.stringify(new URL("../../dist/compiler/parse/read-file.js", import.meta.url).href)});
      const { problem } = await readDefinitionFile(${JSON.stringify(path)});
      console.log(problem, process.memoryUsage().rss < 100e6);`;
    const args = ["--max-old-space-size=32", "--input-type=module", "--eval", script];
    expect(execFileSync(process.execPath, args, { encoding: "utf8" })).toMatch(/100000000 bytes.* true/);
  });
});
