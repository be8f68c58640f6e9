import { randomBytes } from "node:crypto";
import { mkdir, open, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { errnoOf, orIoError } from "./generate-error.js";
import { isThere, type WantedFile } from "./output-file.js";

interface Folder {
  readonly cwd: string;
  readonly outDir: string;
}

interface StagedFile {
  readonly wanted: WantedFile;
  readonly temporary: string;
  readonly target: string;
}

/** Writes all files or, as far as a file system allows, none: all bytes are stored before a file is replaced. */
export async function writeFiles(files: readonly WantedFile[], { cwd, outDir }: Folder): Promise<void> {
  if (files.length === 0) return;
  await orIoError(`cannot make the folder ${outDir}`, () => makeFolder(resolve(cwd, outDir)));
  const staged: StagedFile[] = [];
  try {
    for (const file of files) await orIoError(`cannot write ${file.file}`, () => stage(file, staged));
    for (const file of staged) await orIoError(`cannot write ${file.wanted.file}`, () => publish(file));
  } finally {
    for (const { temporary } of staged) await rm(temporary, { force: true });
  }
}

/** Node's own recursive mkdir never returns where a folder that exists refuses with ENOENT, as in /proc. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return;
    if (errnoOf(error) !== "ENOENT" || (await isThere(dirname(path)))) throw error;
    await makeFolder(dirname(path));
    await makeFolder(path);
  }
}

/** Registers the temporary file before it is filled, so that a full disk leaves none behind. */
async function stage(wanted: WantedFile, staged: StagedFile[]): Promise<void> {
  const target = await followLinks(wanted.path);
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}.tmp`);
  const handle = await open(temporary, "wx");
  staged.push({ wanted, temporary, target });
  try {
    await handle.writeFile(wanted.text);
  } finally {
    await handle.close();
  }
}

async function publish({ temporary, target }: StagedFile): Promise<void> {
  await rename(temporary, target);
}

/** A rename replaces a link itself; the file behind it is the one to replace. */
async function followLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return path;
    throw error;
  }
}
