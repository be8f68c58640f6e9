import type { Logger } from "../log.js";
import { native } from "../native/native.js";
import {
  type ConnectionSource,
  type ServerOptions,
  serveVhostUser,
  type VhostUserServer,
} from "../vhost-user/server.js";
import type { Backend } from "../virtio/backend.js";
import type { Device } from "../virtio/device.js";
import { FeatureError } from "../virtio/negotiation.js";
import type { Connect } from "./connection.js";
import { endSignal } from "./end-signal.js";
import { startError } from "./program-error.js";

/** How long requests in flight may hold up the end of the program, which is to come within a second. */
const DRAIN_MS = 500;

/**
 * Serves a device until its server ends, or a signal comes.
 *
 * @throws ProgramError where that cannot be
 */
export async function serve(
  backend: Backend,
  device: Device,
  connect: Connect,
  options: ServerOptions & { readonly log: Logger },
): Promise<void> {
  requireAddon();
  const signal = endSignal();
  const connection = await Promise.race([connect(), signal]);
  if (typeof connection === "string") return;
  const { source, what, remove } = connection;
  process.once("exit", (code) => {
    remove();
    native().exitNow(code);
  });
  const server = start(backend, device, source, options);
  options.log.info(what);
  if (options.packed === false) options.log.info("packed virtqueues are not offered (--packed off)");
  const ended = await Promise.race([server.ended, signal]);
  if (ended !== undefined) options.log.info(`${ended}: ending`);
  remove();
  if ((await Promise.race([giveUp(server, device), patience()])) === "late") {
    options.log.warn("requests are still in flight; their drivers never hear of them");
  }
}

function requireAddon(): void {
  try {
    native();
  } catch (error) {
    throw startError((error as Error).message);
  }
}

function start(backend: Backend, device: Device, source: ConnectionSource, options: ServerOptions): VhostUserServer {
  try {
    return serveVhostUser(backend as Backend<never>, device, source, options);
  } catch (error) {
    throw error instanceof FeatureError ? startError(error.message) : error;
  }
}

async function giveUp(server: VhostUserServer, device: Device): Promise<void> {
  await server.close();
  await device.onClose();
}

function patience(): Promise<"late"> {
  return new Promise((resolve) => setTimeout(resolve, DRAIN_MS, "late"));
}
