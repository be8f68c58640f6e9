import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import ramDisk, { type RamDisk } from "../../definitions/blk/ram-disk.js";
import type { Logger } from "../../runtime/log.js";
import { native } from "../../runtime/native/native.js";
import { Frontend } from "../../runtime/vhost-user/frontend.js";
import { FrontendRequest } from "../../runtime/vhost-user/messages.js";
import { type ConnectionSource, type ServerOptions, serveVhostUser } from "../../runtime/vhost-user/server.js";
import { until } from "../until.js";
import { held, SessionRig } from "./session-rig.js";

let folder = "";
let path = "";
let before: readonly number[] = [];
const log: string[] = [];
const push = (message: string) => void log.push(message);
const logger: Logger = { debug: push, info: push, warn: push, error: push };

beforeEach(async () => {
  // Makes what there is only once in a process.
  await new SessionRig().close();
  folder = mkdtempSync(join(tmpdir(), "vdev-"));
  path = join(folder, "socket");
  before = held();
  log.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
  expect(held()).toEqual(before);
});

function disk(): RamDisk {
  return ramDisk.open({ size: 4096 });
}

function serve(source: ConnectionSource, options: ServerOptions = {}, device: RamDisk = disk()) {
  return serveVhostUser(ramDisk, device, source, { log: logger, ...options });
}

/** A frontend that was answered. */
async function answered(frontend: Frontend): Promise<Frontend> {
  await frontend.request(FrontendRequest.GET_FEATURES);
  return frontend;
}

const connect = () => answered(Frontend.connect(path));
const count = (line: string) => log.filter((logged) => logged.includes(line)).length;

test("a server listens again after each frontend, well-behaved or not", async () => {
  const server = serve({ listen: native().socketListen(path, 4) });
  for (let i = 1; i <= 5; i++) {
    const frontend = await connect();
    if (i % 2 === 0) await frontend.socket.send(new Uint8Array(12));
    else frontend.close();
    await until("its end is logged", () => count("disconnected") + count("session ended") === i);
    frontend.close();
  }
  expect(count("frontend connected")).toBe(5);
  expect(count("session ended: request 0 has version 0")).toBe(2);
  await server.close();
  await server.ended;
});

test("a second frontend waits until the first has gone, which is said once", async () => {
  const server = serve({ listen: native().socketListen(path, 4) });
  const first = await connect();
  const second = Frontend.connect(path);
  const third = Frontend.connect(path);
  const reply = answered(second);
  await until("it is said", () => count("another frontend waits") === 1);
  await answered(first);
  expect(count("frontend connected")).toBe(1);
  first.close();
  await reply;
  second.close();
  await answered(third);
  third.close();
  await until("the last has gone", () => count("disconnected") === 3);
  await server.close();
});

test("a server may end with its first frontend, which is not who only looks whether it listens", async () => {
  const server = serve({ listen: native().socketListen(path, 4) }, { exitOnDisconnect: true });
  native().close(native().socketConnect(path));
  await until("it has noticed", () => count("disconnected") === 1);
  (await answered(await connect())).close();
  await server.ended;
});

test("a connected socket is the only one", async () => {
  const [ours, theirs] = native().socketPair();
  const server = serve({ connected: theirs });
  (await answered(new Frontend(ours))).close();
  await server.ended;
});

test("a client tries until somebody listens, and again when they have gone", async () => {
  const server = serve({ connect: path });
  await until("it has tried", () => count("nobody listens") === 1);
  const listener = native().socketListen(path, 4);
  for (let i = 1; i <= 2; i++) {
    let socket = -1;
    await until("it connects", () => {
      socket = native().socketAccept(listener);
      return socket >= 0;
    });
    (await answered(new Frontend(socket))).close();
    await until("it has noticed", () => count("disconnected") === i);
  }
  native().close(listener);
  await server.close();
});

test("a client that is dropped at once tries again after a pause, which grows", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  const listener = native().socketListen(path, 4);
  const server = serve({ connect: path });
  vi.advanceTimersByTime(0);
  for (const [i, pause] of [50, 100, 200].entries()) {
    native().close(native().socketAccept(listener));
    while (count("disconnected") <= i) await new Promise(setImmediate);
    vi.advanceTimersByTime(pause - 1);
    expect(native().socketAccept(listener)).toBe(-1);
    vi.advanceTimersByTime(1);
  }
  native().close(native().socketAccept(listener));
  native().close(listener);
  await server.close();
});

test("a client stops trying when it is closed", async () => {
  const server = serve({ connect: path });
  await server.close();
  await server.ended;
});

test("closing ends the session of a frontend that stays", async () => {
  const server = serve({ listen: native().socketListen(path, 4) });
  const frontend = await connect();
  await Promise.all([server.close(), server.close()]);
  await until("it has noticed", () => frontend.ended !== undefined);
  frontend.close();
});

test("a device that was closed can be served again, but not twice at once", async () => {
  const device = disk();
  const listener = native().socketListen(path, 4);
  const server = serve({ listen: listener }, {}, device);
  expect(() => serve({ connect: path }, {}, device)).toThrow("the device is run by another model already");
  await server.close();
  rmSync(path);
  const again = serve({ listen: native().socketListen(path, 4) }, {}, device);
  (await connect()).close();
  await until("it has noticed", () => count("disconnected") === 1);
  await again.close();
});

test("a descriptor that is no socket is refused at once", () => {
  const fd = native().memfd("none", 1, false);
  expect(() => serve({ connected: fd })).toThrow(/EPERM/);
  native().close(fd);
});
