import { closeSync, constants, openSync } from "node:fs";
import { basename, dirname } from "node:path";
import { startError } from "./program-error.js";

/** What fits into a socket address (unix(7)), with the zero that ends it. */
const ADDRESS_MAX = 107;
/** A descriptor that only names a folder; Node has no name for the flag. */
const O_PATH = 0o10000000;

/** Does something with a name of a path that fits into a socket address: a long one is named by way of its folder. */
export function withShortPath<T>(path: string, action: (path: string) => T): T {
  if (fitsAddress(path)) return action(path);
  const folder = openSync(dirname(path), O_PATH | constants.O_DIRECTORY);
  try {
    const short = `/proc/self/fd/${folder}/${basename(path)}`;
    if (!fitsAddress(short)) throw startError(`the name of a socket is too long: ${basename(path)}`);
    return action(short);
  } finally {
    closeSync(folder);
  }
}

/** Whether a path can be an address without more ado. */
export function fitsAddress(path: string): boolean {
  return Buffer.byteLength(path) <= ADDRESS_MAX;
}
