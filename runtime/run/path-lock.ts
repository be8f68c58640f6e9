import { closeSync, constants, fstatSync, openSync, statSync, unlinkSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { native } from "../native/native.js";
import { startError } from "./program-error.js";

const PATIENCE_MS = 2000;
const INTERVAL_MS = 20;

/**
 * Does something while no other program does the like for the same path. There is a file beside the path meanwhile.
 *
 * @throws ProgramError where another takes too long
 */
export async function withPathLock<T>(path: string, action: () => T): Promise<T> {
  const lockPath = `${path}.lock`;
  const lock = await acquire(lockPath, path);
  try {
    return action();
  } finally {
    unlinkSync(lockPath);
    closeSync(lock);
  }
}

async function acquire(lockPath: string, path: string): Promise<number> {
  for (let waited = 0; waited < PATIENCE_MS; waited += INTERVAL_MS) {
    const fd = openSync(lockPath, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    if (isLocked(fd) && isStillAt(lockPath, fd)) return fd;
    closeSync(fd);
    await setTimeout(INTERVAL_MS);
  }
  throw startError(`another program is starting at ${path}`);
}

function isLocked(fd: number): boolean {
  try {
    return native().lockFile(fd, true);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Whoever had the lock before took its file away. */
function isStillAt(path: string, fd: number): boolean {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino === fstatSync(fd, { bigint: true }).ino;
}
