import { type FSWatcher, statSync, watch } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { errnoOf, ioError } from "./generate-error.js";

/**
 * Watches the inputs, every folder below them, and what holds them, so that an input that is replaced is noticed.
 *
 * One watcher a folder: on Node 20 a recursive one loses a file that an editor has saved by renaming.
 */
export async function watchFolders(
  inputs: readonly string[],
  cwd: string,
  onChange: () => void,
): Promise<{ close(): void }> {
  const watched = new WatchedFolders(onChange);
  try {
    for (const input of inputs) await watched.input(resolve(cwd, input));
    return watched;
  } catch (error) {
    watched.close();
    throw error;
  }
}

/** Whether an event about a name in a folder matters. */
type Filter = (name: string) => boolean;

class WatchedFolders {
  readonly #onChange: () => void;
  readonly #watchers: FSWatcher[] = [];
  readonly #folders = new Set<string>();
  /** Real paths, so that links that lead back end the walk. */
  readonly #seen = new Set<string>();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  async input(path: string): Promise<void> {
    this.#holder(path);
    await this.#tree(path);
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
  }

  /** The nearest folder above that exists: it tells of the path's creation, deletion and replacement. */
  #holder(path: string): void {
    const name = basename(path);
    const holder = dirname(path);
    if (holder === path || this.#watch(holder, (changed) => changed === name)) return;
    this.#holder(holder);
  }

  async #tree(path: string): Promise<void> {
    const real = await folderAt(path);
    if (real === undefined || this.#seen.has(real)) return;
    this.#seen.add(real);
    this.#folders.add(path);
    // Watch first, list second: a folder that is made in between shows up in one of both.
    if (!this.#watch(path, (name) => isDefinition(name) || this.#isFolder(join(path, name)))) return;
    for (const entry of await entriesOf(path)) if (!isSkipped(entry)) await this.#tree(join(path, entry));
  }

  /** Is one now, or was one. */
  #isFolder(path: string): boolean {
    if (this.#folders.has(path)) return true;
    try {
      return !isSkipped(basename(path)) && statSync(path).isDirectory();
    } catch {
      return false;
    }
  }

  #watch(folder: string, matters: Filter): boolean {
    try {
      const watcher = watch(folder, (_, name) => {
        if (name === null || matters(name)) this.#onChange();
      });
      // A folder that vanishes is the business of the folder above.
      watcher.on("error", this.#onChange);
      this.#watchers.push(watcher);
      return true;
    } catch (error) {
      if (["ENOENT", "ENOTDIR", "EACCES"].includes(errnoOf(error) ?? "")) return false;
      throw ioError(`cannot watch ${folder}`, error);
    }
  }
}

function isSkipped(name: string): boolean {
  return name.startsWith(".") || name === "node_modules";
}

function isDefinition(name: string): boolean {
  return !isSkipped(name) && [".yaml", ".yml"].includes(extname(name));
}

async function folderAt(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).isDirectory() ? await realpath(path) : undefined;
  } catch {
    return undefined;
  }
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
