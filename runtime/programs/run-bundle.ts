import { readFileSync } from "node:fs";
import { Script } from "node:vm";

/** A bundle is a function of what Node gives a CommonJS module. */
type Bundle = (load: NodeJS.Require, filename: string) => void;

/**
 * Runs a bundle as Node would run it, but with V8's code cache. Where there is none for this very V8, or V8 refuses it,
 * the bundle is compiled as it runs.
 */
export function runBundle(filename: string, load: NodeJS.Require): Script {
  const cachedData = readCache(codeCachePath(filename));
  const script = new Script(readFileSync(filename, "utf8"), { filename, cachedData });
  (script.runInThisContext() as Bundle)(load, filename);
  return script;
}

/** V8 itself looks at its version and flags only, and at the length of the source: the name is to say the rest. */
export function codeCachePath(filename: string): string {
  return `${filename}.${process.arch}-${process.versions.v8}.cache`;
}

function readCache(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
