import { existsSync } from "node:fs";
import type { Native } from "./native.js";

/** There is no addon for this machine. */
export class AddonMissingError extends Error {
  override readonly name = "AddonMissingError";
  readonly code = "VDEV_ADDON_MISSING";
}

/**
 * Loads the addon that the build made, or one of those that the published package has; or the one that the environment
 * variable VDEV_NATIVE_ADDON names, for tests of other builds.
 *
 * @throws AddonMissingError in one sentence that says what to do
 */
export function loadAddon(): Native {
  const path = process.env["VDEV_NATIVE_ADDON"] ?? builtPath();
  if (!existsSync(path)) throw new AddonMissingError(advice(path));
  // As `require` does it, without all else that it knows.
  const module = { exports: {} };
  process.dlopen(module, path);
  return module.exports as Native;
}

/** The build puts it beside what tsc makes of this file; tests run the source. */
function builtPath(): string {
  const folder = import.meta.url.endsWith(".ts") ? "../../dist/runtime/native/" : "../native/";
  return new URL(`${folder}vdev-linux-${process.arch}.node`, import.meta.url).pathname;
}

function advice(path: string): string {
  if (process.platform !== "linux") return `the vhost-user runtime needs Linux, and this is ${process.platform}`;
  return `no native addon for Linux on ${process.arch} at ${path}: run \`npm run build\` in a clone, with a C compiler`;
}
