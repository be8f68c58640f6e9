import type { ConnectionSource } from "../vhost-user/server.js";
import type { CommonOptions } from "./command-line.js";
import { groupId } from "./group-id.js";
import { listenAt } from "./listening-socket.js";
import { usageError } from "./program-error.js";
import { fitsAddress } from "./short-path.js";
import { activationSocket } from "./socket-activation.js";
import { type SocketKind, socketKind } from "./unix-socket.js";

/** Where frontends come from, and what to do when no more shall come. */
export interface Connection {
  readonly source: ConnectionSource;
  /** What the program does with it, for its log. */
  readonly what: string;
  /** Takes away what would lead frontends here. */
  remove(): void;
}

/** Opens what was asked for. @throws ProgramError where it cannot be had */
export type Connect = () => Promise<Connection>;

/** Checks what the command line says about sockets; and gives what opens them. @throws ProgramError */
export function connectionOf(options: CommonOptions): Connect {
  const activated = activationSocket(process.env);
  const named = options.socketPath ?? options.connect ?? options.fd;
  if (activated !== undefined && named !== undefined) {
    throw usageError("systemd passed a socket: --socket-path, --connect and --fd cannot be used as well");
  }
  if (options.socketPath === undefined) refuseAccess(options);
  if (options.socketPath !== undefined) return atPath(options.socketPath, options);
  if (options.connect !== undefined)
    return standing({ connect: addressOf(options.connect) }, `connecting to ${options.connect}`);
  if (options.fd !== undefined) return servePassed(options.fd, `--fd ${options.fd}`, ["connected"]);
  if (activated === undefined) throw usageError("where? name --socket-path PATH, --connect PATH or --fd FDNUM");
  return servePassed(activated, "the socket that systemd passed", ["listening", "connected"]);
}

function atPath(path: string, { socketGroup, socketMode }: CommonOptions): Connect {
  const group = socketGroup === undefined ? undefined : groupId(socketGroup);
  const mode = socketMode ?? (group === undefined ? 0o600 : 0o660);
  return async () => {
    const socket = await listenAt(path, { mode, group });
    return { source: { listen: socket.fd }, what: `listening on ${path}`, remove: socket.remove };
  };
}

function standing(source: ConnectionSource, what: string): Connect {
  return async () => ({ source, what, remove: () => {} });
}

function servePassed(fd: number, name: string, allowed: readonly SocketKind[]): Connect {
  const kind = socketKind(fd);
  if (!allowed.includes(kind)) throw usageError(`${name} is ${kind}; it must be a ${allowed.join(" or ")} Unix socket`);
  return standing(kind === "listening" ? { listen: fd } : { connected: fd }, `serving ${name}`);
}

function refuseAccess({ socketMode, socketGroup }: CommonOptions): void {
  if (socketMode !== undefined) throw usageError("--socket-mode is for the socket of --socket-path");
  if (socketGroup !== undefined) throw usageError("--socket-group is for the socket of --socket-path");
}

function addressOf(path: string): string {
  if (fitsAddress(path)) return path;
  throw usageError("--connect: the path is longer than the 107 bytes that a socket address has");
}
