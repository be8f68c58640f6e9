import { checkFileName } from "./checks/file-name.js";
import { check } from "./checks/passes.js";
import { checkUnique } from "./checks/unique-devices.js";
import { Collector } from "./diagnostics/collector.js";
import { compareDiagnostics, type Diagnostic } from "./diagnostics/diagnostic.js";
import { SourceText } from "./diagnostics/source-text.js";
import { buildModel } from "./model/build.js";
import { expandDevice } from "./model/expand.js";
import type { DeviceModel } from "./model/model.js";
import { type FoundFile, findDefinitions } from "./parse/find-files.js";
import type { Located } from "./parse/node.js";
import { readDevice } from "./parse/read-device.js";
import { readDefinitionFile } from "./parse/read-file.js";
import { parseYaml } from "./parse/yaml-tree.js";
import { fitsSchema } from "./schema/validate.js";

export type { Diagnostic } from "./diagnostics/diagnostic.js";
export { type DiagnosticFormat, formatDiagnostics } from "./diagnostics/format.js";

export interface ReadOptions {
  /** What relative inputs and the names of files are relative to; by default the process's working directory. */
  readonly cwd?: string;
  /** Keeps what was found in files, so that reading them again unchanged costs next to nothing. */
  readonly cache?: DefinitionCache;
}

/** What is known of the files of earlier runs, by path. */
export type DefinitionCache = Map<string, { readonly text: string; readonly compiled: CompiledDefinition }>;

export interface Definitions {
  /** One for each file without errors, in the order of the files. */
  readonly devices: DeviceModel[];
  readonly diagnostics: Diagnostic[];
  /** Every file that was looked at, as diagnostics name it. */
  readonly files: string[];
  /** Texts of the files that could be read, by the name that diagnostics use. */
  readonly sources: ReadonlyMap<string, string>;
}

/** What one text means. */
export interface CompiledDefinition {
  /** Absent where the text has an error. */
  readonly model?: DeviceModel;
  /** Name and id, where the text has them: for checks across files. */
  readonly identity?: { readonly device: Located<string>; readonly id: Located<number> };
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles one text. @param source its name in the model */
export async function compileDefinition(text: SourceText, source: string = text.file): Promise<CompiledDefinition> {
  const collector = new Collector(text);
  const root = parseYaml(text, collector.report);
  if (!root || !(await fitsSchema(root, collector)) || root.kind !== "map")
    return { diagnostics: collector.diagnostics };
  const device = expandDevice(readDevice(root, collector.report), collector.report);
  check(device, collector);
  const model = collector.hasErrors ? {} : { model: buildModel(device, source) };
  return { ...model, identity: { device: device.device, id: device.id }, diagnostics: collector.diagnostics };
}

/**
 * Reads every definition among and below the inputs, and makes a model of each that has no error.
 *
 * Whatever is wrong with files or their contents becomes a diagnostic; nothing is thrown for it.
 */
export async function readDefinitions(inputs: readonly string[], options: ReadOptions = {}): Promise<Definitions> {
  const { files, problems } = await findDefinitions(inputs, options.cwd ?? process.cwd());
  const read = await Promise.all(files.map((found) => readOne(found, options.cache)));
  const unique = checkUnique(read);
  const diagnostics = [
    ...problems.map(({ input, problem }) => unreadable(input, problem)),
    ...read.flatMap(({ compiled }) => compiled.diagnostics),
    ...unique.diagnostics,
  ];
  return {
    devices: read.flatMap(({ compiled, file }) => (compiled.model && !unique.files.has(file) ? [compiled.model] : [])),
    diagnostics: diagnostics.sort(compareDiagnostics),
    files: read.map(({ file }) => file),
    sources: new Map(read.flatMap(({ file, text }) => (text === undefined ? [] : [[file, text]]))),
  };
}

/** A file with what it says. */
interface ReadDefinition {
  readonly file: string;
  readonly text?: string;
  readonly compiled: CompiledDefinition;
}

async function readOne(found: FoundFile, cache: DefinitionCache | undefined): Promise<ReadDefinition> {
  const { file, path, source } = found;
  const result = await readDefinitionFile(path);
  if ("problem" in result) return { file, compiled: { diagnostics: [unreadable(file, result.problem)] } };
  const { text } = result;
  const known = cache?.get(path);
  const compiled = known?.text === text ? known.compiled : await compileFile(new SourceText(file, text), source, path);
  cache?.set(path, { text, compiled });
  return { file, text, compiled };
}

async function compileFile(text: SourceText, source: string, path: string): Promise<CompiledDefinition> {
  const compiled = await compileDefinition(text, source);
  const misnamed = checkFileName(text, path, compiled.identity?.device);
  if (misnamed.length === 0) return compiled;
  const { model: _, ...rest } = compiled;
  return { ...rest, diagnostics: [...compiled.diagnostics, ...misnamed] };
}

function unreadable(file: string, problem: string): Diagnostic {
  const collector = new Collector(new SourceText(file, ""));
  collector.report("Y009", { start: 0, end: 0 }, { problem });
  return collector.diagnostics[0] as Diagnostic;
}
