import { readFileSync } from "node:fs";

/** What programs need of the package that they are installed with. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** The package's folder: programs run from `dist/runtime/run`. */
export const PACKAGE_FOLDER: URL = new URL("../../../", import.meta.url);

export function packageManifest(): PackageManifest {
  return JSON.parse(readFileSync(new URL("package.json", PACKAGE_FOLDER), "utf8"));
}
