import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The path of a module that plain Node can run: the file itself, or, where only its TypeScript source is there, what was
 * built from it.
 *
 * @throws Error where neither is there
 */
export function builtFile(module: URL): string {
  const path = fileURLToPath(module);
  if (existsSync(path)) return path;
  for (let root = dirname(path); root !== dirname(root); root = dirname(root)) {
    const built = join(root, "dist", relative(root, path));
    if (existsSync(built)) return built;
  }
  throw new Error(`${path} is not there, nor was it built`);
}
