import { chmodSync, chownSync, lstatSync, renameSync, rmSync, unlinkSync } from "node:fs";
import { native } from "../native/native.js";
import { withPathLock } from "./path-lock.js";
import { errnoOf, ProgramError, startError } from "./program-error.js";
import { withShortPath } from "./short-path.js";

/** Who may connect. */
export interface SocketAccess {
  readonly mode: number;
  /** Number of a group; that of the process where absent. */
  readonly group: number | undefined;
}

/** A socket that listens, and the path that it is known by. */
export interface ListeningSocket {
  readonly fd: number;
  /** Takes the path away, if it is still that of this socket. */
  remove(): void;
}

/** Clients that may wait until one is accepted. */
const BACKLOG = 16;

/**
 * Listens at a path. A client never finds a socket there that it may not use yet; one that nobody listens on any more is
 * replaced.
 *
 * @throws ProgramError where another program listens there, or something else has the path, or the system refuses
 */
export async function listenAt(path: string, access: SocketAccess): Promise<ListeningSocket> {
  try {
    return await withPathLock(path, () => {
      requireFree(path);
      return place(path, access);
    });
  } catch (error) {
    if (error instanceof ProgramError || !(error instanceof Error)) throw error;
    throw startError(`cannot listen on ${path}: ${error.message}`);
  }
}

/** The socket is made beside the path, and moved there when it is ready. */
function place(path: string, { mode, group }: SocketAccess): ListeningSocket {
  const beside = `${path}.${process.pid}`;
  rmSync(beside, { force: true });
  const fd = withShortPath(beside, listenForOwner);
  try {
    if (group !== undefined) chownSync(beside, -1, group);
    chmodSync(beside, mode);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    native().close(fd);
    throw error;
  }
  const identity = identityOf(path);
  return { fd, remove: () => removeOwn(path, identity) };
}

function removeOwn(path: string, identity: string | undefined): void {
  try {
    if (identityOf(path) === identity) unlinkSync(path);
  } catch {
    // Who took the folder from us gets a socket that nobody listens at: no reason to end otherwise than we would.
  }
}

/** Nobody else may connect before the mode is set, whatever the umask is. */
function listenForOwner(path: string): number {
  const umask = process.umask(0o177);
  try {
    return native().socketListen(path, BACKLOG);
  } finally {
    process.umask(umask);
  }
}

function requireFree(path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isSocket()) throw startError(`${path} exists and is not a socket; it is not replaced`);
  if (isLive(path)) throw startError(`another program listens on ${path}`);
}

function isLive(path: string): boolean {
  try {
    native().close(withShortPath(path, (short) => native().socketConnect(short)));
    return true;
  } catch (error) {
    if (["ECONNREFUSED", "ENOENT"].includes(errnoOf(error))) return false;
    // So many clients wait there already, or it is a socket of another type: someone has it open.
    if (["EAGAIN", "EPROTOTYPE"].includes(errnoOf(error))) return true;
    throw error;
  }
}

function identityOf(path: string): string | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.dev}:${stats.ino}`;
}
