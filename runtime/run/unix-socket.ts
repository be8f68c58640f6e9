import { fstatSync, readFileSync } from "node:fs";
import { errnoOf } from "./program-error.js";

/** What a descriptor is. */
export type SocketKind = "not open" | "not a Unix stream socket" | "listening" | "connected" | "unconnected";

/** Flag of a socket that accepts connections (SO_ACCEPTCON), and the kernel's numbers of types and states. */
const ACCEPTS = 0x10000;
const STREAM = 1;
const CONNECTED = 3;

/** Looks a descriptor up in the kernel's table of Unix sockets. */
export function socketKind(fd: number): SocketKind {
  const inode = socketInode(fd);
  if (inode === undefined) return "not open";
  const row = inode === 0n ? undefined : unixSockets().find((columns) => columns[6] === String(inode));
  if (row === undefined) return "not a Unix stream socket";
  const [flags, type, state] = row.slice(3, 6).map((column) => Number.parseInt(column, 16));
  if (type !== STREAM) return "not a Unix stream socket";
  if (((flags as number) & ACCEPTS) !== 0) return "listening";
  return state === CONNECTED ? "connected" : "unconnected";
}

/** The number in the table; 0 for what is no socket, undefined for what is not open. */
function socketInode(fd: number): bigint | undefined {
  try {
    const stats = fstatSync(fd, { bigint: true });
    return stats.isSocket() ? stats.ino : 0n;
  } catch (error) {
    if (errnoOf(error) === "EBADF" || errnoOf(error) === "ERR_OUT_OF_RANGE") return undefined;
    throw error;
  }
}

/** Num, RefCount, Protocol, Flags, Type, St, Inode, Path. */
function unixSockets(): string[][] {
  return readFileSync("/proc/self/net/unix", "latin1")
    .split("\n")
    .map((line) => line.split(/\s+/, 7));
}
