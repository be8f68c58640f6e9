import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { SourceText } from "../diagnostics/source-text.js";
import { compileDefinition } from "../front.js";
import { findDefinitions } from "../parse/find-files.js";
import { readDefinitionFile } from "../parse/read-file.js";
import { Places } from "./places.js";
import type { Version } from "./versions.js";

/** The definitions of one side, and what keeps others from being compared. */
export interface ReadVersions {
  readonly versions: readonly Version[];
  readonly errors: readonly Diagnostic[];
  /** What could not be read, and why. */
  readonly problems: readonly string[];
}

/** Reads a definition, or those in a folder. A version that was set aside may lie under any name. */
export async function readVersions(input: string, cwd: string): Promise<ReadVersions> {
  const { files, problems } = await findDefinitions([input], cwd);
  const read = await Promise.all(files.map(({ file, path, source }) => readVersion(file, path, source)));
  return {
    versions: read.flatMap(({ version }) => (version ? [version] : [])),
    errors: read.flatMap(({ errors }) => errors),
    problems: [
      ...problems.map(({ input, problem }) => `${input}: ${problem}`),
      ...read.flatMap(({ problem }) => (problem === undefined ? [] : [problem])),
    ],
  };
}

interface ReadVersion {
  readonly version?: Version;
  readonly errors: readonly Diagnostic[];
  readonly problem?: string;
}

async function readVersion(file: string, path: string, source: string): Promise<ReadVersion> {
  const result = await readDefinitionFile(path);
  if ("problem" in result) return { errors: [], problem: `${file}: ${result.problem}` };
  const text = new SourceText(file, result.text);
  const { model, diagnostics } = await compileDefinition(text, source);
  if (model === undefined) return { errors: diagnostics.filter(({ severity }) => severity === "error") };
  return { version: { device: model, places: new Places(text) }, errors: [] };
}
