import { constants, openSync } from "node:fs";

/** Tells this thread from others, of which each loads this module anew. */
export const thisThread: number = Math.random();

/** Files that this thread opened, by the disk's descriptor; Node closes them with the thread. */
const opened = new Map<number, number>();

/**
 * What a lane syncs: on a thread of its own the same file, opened once more. Linux tells each open file of a lost write
 * once. Two lanes that sync the same one would leave it to chance which of them hears of it, and the other would vouch for
 * data that is lost.
 *
 * @param file open for writing
 * @param thread the one that opened it
 */
export function syncFileOf(file: number, thread: number): number {
  if (thread === thisThread) return file;
  const own = opened.get(file) ?? openSync(`/proc/self/fd/${file}`, constants.O_RDWR);
  opened.set(file, own);
  return own;
}
