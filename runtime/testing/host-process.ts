/** Runs devices for tests in a process of its own: `node host-process.js MODULE`, with an IPC channel. */
import { pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";
import type { Logger } from "../log.js";
import { native } from "../native/native.js";
import { serveVhostUser, type VhostUserServer } from "../vhost-user/server.js";
import type { Backend } from "../virtio/backend.js";
import { type Device, partsOf } from "../virtio/device.js";
import { QUEUE_SIZE_MAX } from "../virtqueue/descriptor.js";
import type { HostMessage, HostRequest, LogLevel, ServedDescription } from "./host-messages.js";

interface Served {
  readonly device: Device;
  readonly server: VhostUserServer;
}

type ServeRequest = Extract<HostRequest, { kind: "serve" }>;

const module = pathToFileURL(process.argv[2] ?? "").href;
const served = new Map<number, Served>();
let count = 0;

function say(message: HostMessage): void {
  process.send?.(message);
}

function loggerOf(device: number): Logger {
  const log = (level: LogLevel) => (message: string) => say({ kind: "log", device, level, message });
  return { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
}

function serve(backend: Backend<unknown>, request: ServeRequest): ServedDescription {
  const { options, path, once, queueThreads } = request;
  const number = ++count;
  const device = backend.open(options);
  const log = loggerOf(number);
  device.log = log;
  const source = { listen: native().socketListen(path, 8) };
  const lanes = queueThreads > 0 && { lanes: { count: queueThreads, module } };
  const limits = { exitOnDisconnect: once, queueSizeMax: QUEUE_SIZE_MAX, ...lanes };
  const server = serveVhostUser(backend as Backend<never>, device, source, { ...limits, log });
  served.set(number, { device, server });
  void server.ended.then(() => end(number));
  return { device: number, description: partsOf(device).definition.description };
}

async function end(number: number): Promise<void> {
  const entry = served.get(number);
  served.delete(number);
  await entry?.device.onClose();
}

async function stop(number: number): Promise<void> {
  await served.get(number)?.server.close();
  await end(number);
}

async function answer(backend: Backend<unknown>, request: HostRequest): Promise<unknown> {
  if (request.kind === "serve") return serve(backend, request);
  if (request.kind === "stop") return stop(request.device);
  const look = runInThisContext(`(${request.look})`) as (...args: readonly unknown[]) => unknown;
  return look(served.get(request.device)?.device, ...request.args);
}

const { default: backend } = (await import(module)) as { default: Backend<unknown> };
process.on("message", ({ id, request }: { id: number; request: HostRequest }) => {
  answer(backend, request).then(
    (value) => say({ kind: "reply", id, value }),
    (error: unknown) => say({ kind: "failed", id, reason: error instanceof Error ? error.message : String(error) }),
  );
});
process.on("disconnect", () => process.exit());
say({ kind: "ready" });
