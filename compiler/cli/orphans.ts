import { open, readdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { isOutputName } from "./file-names.js";
import { errnoOf, orIoError } from "./generate-error.js";
import { generatedFrom } from "./generated-header.js";
import type { WantedFile } from "./output-file.js";
import { shownPath } from "./shown-path.js";
import type { EmissionKind } from "./stages.js";

/** Bytes read of a file to see whether it is generated; its first line is the longest path and 40 more. */
const HEAD = 8192;

/** A generated file that no definition gives any more. */
export interface Orphan {
  readonly file: string;
  /** The definition that its first line names. */
  readonly source: string;
}

export interface OrphanSearch {
  readonly outDir: string;
  readonly cwd: string;
  readonly inputs: readonly string[];
  readonly wanted: readonly WantedFile[];
  /** What the run generates; files of other kinds are the business of another run. */
  readonly emit: readonly EmissionKind[];
}

/** Generated files in the output folder whose definition is gone, or gives a file of another name. */
export async function findOrphans(search: OrphanSearch): Promise<Orphan[]> {
  const outDir = resolve(search.cwd, search.outDir);
  const expected = new Set(search.wanted.map((file) => file.path));
  const orphans: Orphan[] = [];
  for (const path of await outputFiles(outDir, search)) {
    const source = expected.has(path) ? undefined : await sourceOf(path);
    if (source === undefined || (await isElsewhere(source, search))) continue;
    orphans.push({ file: shownPath(search.cwd, path), source });
  }
  return orphans;
}

async function outputFiles(folder: string, { cwd, emit }: OrphanSearch): Promise<string[]> {
  const entries = await orIoError(`cannot read ${shownPath(cwd, folder)}`, () => listing(folder));
  return entries
    .filter((entry) => entry.isFile() && isOutputName(emit, entry.name))
    .map((entry) => join(folder, entry.name))
    .sort();
}

async function listing(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}

/** A file that cannot be read cannot be called ours. */
async function sourceOf(path: string): Promise<string | undefined> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
      return generatedFrom(buffer.toString("utf8", 0, bytesRead));
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

/** Whether a definition that was not compiled now exists, so that its file is the business of another run. */
async function isElsewhere(source: string, { cwd, inputs, wanted }: OrphanSearch): Promise<boolean> {
  if (wanted.some((file) => file.source === source)) return false;
  const folders = new Set([cwd, ...inputs.map((input) => resolve(cwd, input))].flatMap(selfAndAbove));
  for (const folder of folders) if (await exists(resolve(folder, source))) return true;
  return false;
}

/** The other run may have started in another folder, and named the definition from there. */
function selfAndAbove(path: string): string[] {
  const above = dirname(path);
  return above === path ? [path] : [path, ...selfAndAbove(above)];
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
