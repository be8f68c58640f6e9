import { join, resolve } from "node:path";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Definitions } from "../front.js";
import { type Comparison, compareOutputs, type Output } from "./compare-outputs.js";
import { compilerStages } from "./compiler-stages.js";
import { fileNameOf } from "./file-names.js";
import { commandOf, DEFAULT_EMISSION, DEFAULT_RUNTIME, type GenerateOptions } from "./generate-options.js";
import type { WantedFile } from "./output-file.js";
import { requireDefinitions, requireFolder, requireInputs } from "./preconditions.js";
import { shownPath } from "./shown-path.js";
import { writeFiles } from "./write-files.js";

/** What a run found and did. */
export interface GenerateResult {
  /** Whether there is no error, nor a warning that counts as one. Nothing was written otherwise. */
  readonly ok: boolean;
  /** Definition files read. */
  readonly definitions: number;
  /** Devices that passed every check. */
  readonly devices: number;
  /** About definitions and generated files alike. */
  readonly diagnostics: readonly Diagnostic[];
  /** Empty where a definition has an error. */
  readonly outputs: readonly Output[];
  /** Texts that diagnostics speak of, by file. */
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * Compiles definitions into the output folder, all or nothing.
 *
 * @throws GenerateError where the run is asked for wrongly or the file system refuses
 */
export async function generate(options: GenerateOptions): Promise<GenerateResult> {
  const { inputs, outDir, cwd = process.cwd(), stages = compilerStages() } = options;
  await requireInputs(inputs, cwd);
  await requireFolder(outDir, cwd);
  const definitions = await stages.read(inputs, cwd);
  requireDefinitions(definitions, inputs);
  if (!isAcceptable(definitions.diagnostics, options)) return resultOf(definitions, options);
  const wanted = await wantedFiles(definitions, { ...options, cwd, stages });
  return await bringUpToDate(definitions, wanted, { ...options, cwd });
}

type Settled<K extends "cwd" | "stages"> = GenerateOptions & Required<Pick<GenerateOptions, K>>;

async function wantedFiles(definitions: Definitions, options: Settled<"cwd" | "stages">): Promise<WantedFile[]> {
  const { cwd, outDir, stages, runtime = DEFAULT_RUNTIME, emit = DEFAULT_EMISSION } = options;
  const files: WantedFile[] = [];
  for (const device of definitions.devices) {
    for (const kind of emit) {
      const path = join(resolve(cwd, outDir), fileNameOf(kind, device.name));
      const text = await stages.emit(device, { kind, runtime });
      files.push({ path, file: shownPath(cwd, path), source: device.source, text });
    }
  }
  return files;
}

async function bringUpToDate(
  definitions: Definitions,
  wanted: readonly WantedFile[],
  options: Settled<"cwd">,
): Promise<GenerateResult> {
  const { emit = DEFAULT_EMISSION } = options;
  const comparison = await compareOutputs({ ...options, emit, wanted }, commandOf(options));
  const result = resultOf(definitions, options, comparison);
  if (options.check || !result.ok) return result;
  await writeFiles(comparison.toWrite, options);
  const written = new Set(comparison.toWrite.map(({ file }) => file));
  const outputs = result.outputs.map((o) => (written.has(o.file) ? { ...o, state: "written" as const } : o));
  return { ...result, outputs };
}

function resultOf(definitions: Definitions, options: GenerateOptions, comparison?: Comparison): GenerateResult {
  const found = comparison ? outputDiagnostics(comparison, options) : [];
  const diagnostics = [...definitions.diagnostics, ...found];
  return {
    ok: isAcceptable(diagnostics, options),
    definitions: definitions.files.length,
    devices: definitions.devices.length,
    diagnostics,
    outputs: comparison?.outputs ?? [],
    sources: new Map([...definitions.sources, ...(comparison?.sources ?? [])]),
  };
}

function outputDiagnostics(comparison: Comparison, { check }: GenerateOptions): readonly Diagnostic[] {
  const { stale, foreign, orphans } = comparison;
  return check ? [...stale, ...foreign, ...orphans("error")] : [...foreign, ...orphans("warning")];
}

function isAcceptable(diagnostics: readonly Diagnostic[], { errorOnWarnings }: GenerateOptions): boolean {
  return !diagnostics.some(({ severity }) => severity === "error" || errorOnWarnings);
}
