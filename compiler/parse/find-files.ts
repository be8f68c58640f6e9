import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from "node:path";

/** Files one run looks at; the specification has 23 device types. */
const MOST_FILES = 1000;
/** Folders one run looks into. */
const MOST_FOLDERS = 10_000;

/** A definition file that was found or asked for. */
export interface FoundFile {
  /** For opening: absolute. */
  readonly path: string;
  /** For people and editors: relative to the working directory where it lies inside of that, else absolute. */
  readonly file: string;
  /** For generated files: relative to the working directory, or beginning at the folder that was given. */
  readonly source: string;
}

export interface Found {
  readonly files: readonly FoundFile[];
  /** Inputs that gave nothing, and why. */
  readonly problems: readonly { readonly input: string; readonly problem: string }[];
}

/** The definition files among and below the inputs, each once, in the order of their names. */
export async function findDefinitions(inputs: readonly string[], cwd: string): Promise<Found> {
  const search = new Search(cwd);
  for (const input of inputs) await search.input(input);
  return {
    files: [...search.files.values()].sort((a, b) => (a.source < b.source ? -1 : 1)),
    problems: search.problems,
  };
}

class Search {
  readonly files = new Map<string, FoundFile>();
  readonly problems: { input: string; problem: string }[] = [];
  readonly #cwd: string;
  /** Real paths, so that links that lead back end the walk. */
  readonly #seen = new Set<string>();
  #found = false;

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  async input(input: string): Promise<void> {
    const path = resolve(this.#cwd, input);
    this.#found = false;
    try {
      if ((await stat(path)).isDirectory()) await this.#folder(path, path);
      else await this.#file(path, dirname(path));
      if (!this.#found) this.problems.push({ input, problem: "there is no NAME/NAME.yaml in it" });
    } catch (error) {
      this.problems.push({ input, problem: error instanceof Error ? error.message : String(error) });
    }
  }

  async #folder(root: string, folder: string): Promise<void> {
    const real = await realpath(folder);
    if (this.#seen.has(real)) {
      this.#found = true;
      return;
    }
    if (this.#seen.size >= MOST_FOLDERS) throw new Error(`more than ${MOST_FOLDERS} folders`);
    this.#seen.add(real);
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) await this.#entry(root, folder, entry);
  }

  async #entry(root: string, folder: string, entry: Dirent): Promise<void> {
    if (entry.name.startsWith(".") || entry.name === "node_modules") return;
    const path = join(folder, entry.name);
    const isFolder = entry.isSymbolicLink() ? await leadsToFolder(path) : entry.isDirectory();
    if (isFolder) await this.#folder(root, path);
    else if ([".yaml", ".yml"].includes(extname(entry.name))) await this.#file(path, root);
  }

  async #file(path: string, root: string): Promise<void> {
    const real = await realpath(path);
    this.#found = true;
    if (this.files.has(real)) return;
    if (this.files.size >= MOST_FILES) throw new Error(`more than ${MOST_FILES} definitions`);
    const inside = relative(this.#cwd, path);
    const isInside = !inside.startsWith("..") && !isAbsolute(inside);
    const shown = isInside ? slashes(inside) : path;
    this.files.set(real, { path, file: shown, source: isInside ? shown : fromFolder(root, path) });
  }
}

function fromFolder(root: string, path: string): string {
  return slashes(join(basename(root), relative(root, path)));
}

async function leadsToFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

function slashes(path: string): string {
  return path.split(sep).join("/");
}
