import { existsSync, readdirSync } from "node:fs";
import { PACKAGE_FOLDER, packageManifest } from "./package-manifest.js";

const PREFIX = "./devices/";

/** The devices that the package exports, by the names that a command line gives them. */
export function deviceNames(): string[] {
  const names = Object.entries(packageManifest().exports)
    .filter(([key]) => key.startsWith(PREFIX))
    .flatMap(([key, target]) => expand(key.slice(PREFIX.length), fileOf(target)));
  return [...new Set(names)].sort();
}

/** A name with a star stands for every folder entry that gives a file in its place. */
function expand(name: string, file: string): string[] {
  if (!name.includes("*")) return [name];
  const folder = new URL(file.slice(0, file.indexOf("*")), PACKAGE_FOLDER);
  return readdirSync(folder).filter((entry) => existsSync(new URL(file.replaceAll("*", entry), PACKAGE_FOLDER)));
}

function fileOf(target: unknown): string {
  return (target as { readonly default: string }).default;
}

/** The name that a word was most likely meant to be. */
export function closestName(word: string, names: readonly string[]): string | undefined {
  const near = names.map((name) => ({ name, distance: distance(word.toLowerCase(), name) }));
  near.sort((a, b) => a.distance - b.distance);
  const best = near[0];
  return best !== undefined && best.distance <= Math.max(2, word.length / 3) ? best.name : undefined;
}

/** Insertions, removals and replacements that turn one word into the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
