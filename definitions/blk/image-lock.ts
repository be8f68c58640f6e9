import { native } from "../../runtime/native/native.js";
import { sleep } from "./sleep.js";

/** A predecessor that was killed holds its locks until the kernel has ended its I/O. */
const PATIENCE_MS = 2000;
const RETRY_MS = 20;

/**
 * Locks an open image: for one writer, or for any number of readers. Waits for up to 2 s, blocking, before anything is
 * served.
 *
 * @throws Error where someone else has it for longer
 */
export function lockImage(file: number, path: string, exclusive: boolean): void {
  for (let waited = 0; !native().lockFile(file, exclusive); waited += RETRY_MS) {
    if (waited >= PATIENCE_MS) throw new Error(heldElsewhere(path, exclusive));
    sleep(RETRY_MS);
  }
}

function heldElsewhere(path: string, exclusive: boolean): string {
  const others = exclusive ? "in use by another program" : "being written by another program";
  return `--blk-file ${path} is ${others}, which has locked it`;
}
