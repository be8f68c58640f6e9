import { readFileSync } from "node:fs";

/** What programs need of the package that they are installed with. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** The package's folder: programs run from a folder of `dist/runtime`, tests run the source. */
export const PACKAGE_FOLDER: URL = new URL(import.meta.url.endsWith(".ts") ? "../../" : "../../../", import.meta.url);

/** URL of a module of the package, as it was built. */
export function builtModule(path: string): string {
  return new URL(`dist/${path}`, PACKAGE_FOLDER).href;
}

export function packageManifest(): PackageManifest {
  return JSON.parse(readFileSync(new URL("package.json", PACKAGE_FOLDER), "utf8"));
}
