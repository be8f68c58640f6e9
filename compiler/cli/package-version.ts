import { existsSync, readFileSync } from "node:fs";

/** The version in the package.json above this file, wherever the build has put it. */
export function packageVersion(): string {
  let manifest = new URL("package.json", import.meta.url);
  while (!existsSync(manifest)) {
    const above = new URL("../package.json", manifest);
    if (above.href === manifest.href) return "unknown";
    manifest = above;
  }
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}
