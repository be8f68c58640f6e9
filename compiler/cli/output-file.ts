import { lstat, readFile, stat } from "node:fs/promises";
import { errnoOf, orIoError } from "./generate-error.js";
import { generatedFrom } from "./generated-header.js";

/** A file that a device gives. */
export interface WantedFile {
  /** For opening: absolute. */
  readonly path: string;
  /** For people. */
  readonly file: string;
  /** The definition it comes from. */
  readonly source: string;
  readonly text: string;
}

/** What lies at a wanted file's path. A foreign file is not ours to write. */
export type ExistingFile =
  | { readonly state: "unchanged" | "missing" | "foreign" }
  | { readonly state: "differs"; readonly text: string };

export async function compareFile(wanted: WantedFile): Promise<ExistingFile> {
  return await orIoError(`cannot read ${wanted.file}`, async () => {
    const kind = await kindOf(wanted.path);
    return kind === "file" ? compareBytes(wanted, await readFile(wanted.path)) : { state: kind };
  });
}

function compareBytes(wanted: WantedFile, found: Buffer): ExistingFile {
  if (found.equals(Buffer.from(wanted.text))) return { state: "unchanged" };
  const text = found.toString();
  return generatedFrom(text) === undefined ? { state: "foreign" } : { state: "differs", text };
}

/** Links are followed: what they lead to is what gets compared and written. One that leads nowhere is not ours. */
async function kindOf(path: string): Promise<"file" | "missing" | "foreign"> {
  try {
    return (await stat(path)).isFile() ? "file" : "foreign";
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
    return (await isThere(path)) ? "foreign" : "missing";
  }
}

/** Whether a path has something, be it a link that leads nowhere. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}
