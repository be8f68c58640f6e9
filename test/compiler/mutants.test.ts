import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { SourceText } from "../../compiler/diagnostics/source-text.js";
import { emitTypeScript } from "../../compiler/emit/typescript.js";
import { compileDefinition } from "../../compiler/front.js";
import { mutate, type Tree } from "./mutation.js";
import { runtime, typeErrors } from "./strict-project.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Definitions that are right, in folders of their own. */
const definitions = ["definitions", "test/compiler/golden"].flatMap((folder) =>
  readdirSync(root + folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".yaml"))
    .sort()
    .map((path) => parse(readFileSync(`${root}${folder}/${path}`, "utf8")) as Tree),
);

/** A job at night asks for more. */
const factor = Number(process.env["VDEV_FUZZ_RUNS"] ?? 1);
/** Files that are type-checked, all at once. */
const SAMPLE = 20;

const accident = fc.record({ what: fc.nat(), where: fc.nat(), pick: fc.nat() });
const mutant = fc
  .record({ base: fc.nat(definitions.length - 1), accidents: fc.array(accident, { minLength: 1, maxLength: 4 }) })
  .map(({ base, accidents }) => stringify(mutate(definitions[base] as Tree, definitions, accidents)));

test("what the front end lets through is emitted, and is TypeScript", { timeout: 120_000 * factor }, async () => {
  const sample = new Map<string, string>();
  let emitted = 0;
  const property = fc.asyncProperty(mutant, async (text) => {
    const { model, diagnostics } = await compileDefinition(new SourceText("mutant.yaml", text));
    expect(model === undefined).toBe(diagnostics.some(({ severity }) => severity === "error"));
    if (model === undefined) return;
    const code = await emitTypeScript(model, { runtime });
    sample.set(`mutant${emitted++ % (SAMPLE * factor)}`, `${code}\n/*\n${text.replaceAll("*/", "")}\n*/\n`);
  });
  await fc.assert(property, { numRuns: 300 * factor });
  expect(emitted).toBeGreaterThan(SAMPLE);
  const errors = await typeErrors(sample);
  expect(errors, [...sample].flatMap(([name, text]) => (errors.includes(`${name}.ts`) ? [text] : []))[0]).toBe("");
});
