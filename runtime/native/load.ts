import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import type { Native } from "./native.js";

/** Loads the addon that the build made, or one of those that the published package has. */
export function loadAddon(): Native {
  const name = `vdev-${process.platform}-${process.arch}.node`;
  const path = new URL(`./${name}`, import.meta.url).pathname;
  if (!existsSync(path)) throw new Error(`no native addon for ${process.platform}-${process.arch}`);
  return createRequire(import.meta.url)(path) as Native;
}
