import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { SourceText } from "../../compiler/diagnostics/source-text.js";
import { emitC } from "../../compiler/emit/c/c-source.js";
import { emitTypeScript } from "../../compiler/emit/typescript.js";
import { compileDefinition } from "../../compiler/front.js";
import { cErrors, dialects } from "./c-compiler.js";
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
/** Mutants; those that are right are emitted as C, and every so many as TypeScript, which takes a hundred times as long. */
const RUNS = 10_000 * factor;
const TYPESCRIPT_EVERY = 20;
/** Files that are compiled in the end, all at once; what was emitted last takes the place of what was first. */
const SAMPLE = { ts: 20 * factor, c: 400 * factor };

const accident = fc.record({ what: fc.nat(), where: fc.nat(), pick: fc.nat() });
const mutant = fc
  .record({ base: fc.nat(definitions.length - 1), accidents: fc.array(accident, { minLength: 1, maxLength: 4 }) })
  .map(({ base, accidents }) => stringify(mutate(definitions[base] as Tree, definitions, accidents)));

test("what the front end lets through is emitted, and is TypeScript and C", { timeout: 600_000 * factor }, async () => {
  const samples = { ts: new Map<string, string>(), c: new Map<string, string>() };
  let emitted = 0;
  const keep = (kind: "ts" | "c", count: number, code: string, text: string): void => {
    const comment = text.replaceAll(/[*?\\]/g, "");
    samples[kind].set(`mutant${count % SAMPLE[kind]}`, `${code}\n/*\n${comment}\n*/\n`);
  };
  const property = fc.asyncProperty(mutant, async (text) => {
    const { model, diagnostics } = await compileDefinition(new SourceText("mutant.yaml", text));
    expect(model === undefined).toBe(diagnostics.some(({ severity }) => severity === "error"));
    if (model === undefined) return;
    keep("c", emitted, emitC(model), text);
    if (emitted++ % TYPESCRIPT_EVERY > 0) return;
    keep("ts", Math.floor(emitted / TYPESCRIPT_EVERY), await emitTypeScript(model, { runtime }), text);
  });
  // The same ones each time, so that a change is judged by what it changed; a job at night looks for others.
  await fc.assert(property, { numRuns: RUNS, ...(factor === 1 ? { seed: 1 } : {}) });
  expect([samples.ts.size, samples.c.size]).toEqual([SAMPLE.ts, SAMPLE.c]);
  expectNone(await typeErrors(samples.ts), samples.ts);
  for (const compiler of Object.values(dialects)) expectNone(await cErrors(samples.c, compiler), samples.c);
});

/** Shows the first file that a compiler complains of, with the definition that it comes from. */
function expectNone(errors: string, sample: ReadonlyMap<string, string>): void {
  const wrong = [...sample].flatMap(([name, text]) => (errors.includes(`${name}.`) ? [text] : []));
  expect(errors, wrong[0]).toBe("");
}
