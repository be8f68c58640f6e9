import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, expect, test, vi } from "vitest";
import { native } from "../../runtime/native/native.js";
import { builtFile } from "../../runtime/testing/built-file.js";
import { FrontendRequest as Request } from "../../runtime/vhost-user/messages.js";
import { serveVhostUser, type VhostUserServer } from "../../runtime/vhost-user/server.js";
import type { Backend } from "../../runtime/virtio/backend.js";
import { Attacker } from "../hostile/attacker.js";
import { vringState } from "../hostile/payloads.js";
import { until } from "../until.js";
import stubborn, { Manner, type StubbornDisk } from "./stubborn-disk.js";

const SECTORS = 64;
const module = pathToFileURL(builtFile(new URL("./stubborn-disk.js", import.meta.url))).href;

/** A disk with one lane, served at a socket. */
class Rig {
  readonly disk: StubbornDisk = stubborn.open({ size: SECTORS * 512 });
  readonly log: string[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), "vdev-"));
  readonly #path = join(this.#folder, "disk.sock");
  readonly #server: VhostUserServer;

  constructor() {
    const push = (message: string) => void this.log.push(message);
    this.disk.log = { debug: push, info: push, warn: push, error: push };
    const source = { listen: native().socketListen(this.#path, 4) };
    this.#server = serveVhostUser(stubborn as Backend<never>, this.disk, source, { lanes: { count: 1, module } });
  }

  behave(manner: number): void {
    Atomics.store(this.disk.words, 0, manner);
  }

  /** A frontend whose read the lane has met. */
  async frontendWithRead(manner: number): Promise<Attacker> {
    const frontend = this.connect();
    await frontend.negotiate();
    await frontend.start();
    expect(await frontend.read(1)).toEqual(new Uint8Array(512));
    this.behave(manner);
    frontend.writeRead(2);
    native().signal(frontend.kick);
    await until("the lane has the read", () => Atomics.load(this.disk.words, 1) === 1);
    return frontend;
  }

  connect(): Attacker {
    return new Attacker(this.#path, async () => {});
  }

  async isServed(): Promise<boolean> {
    const frontend = this.connect();
    try {
      await frontend.negotiate();
      await frontend.start();
      await frontend.read(3);
      return true;
    } finally {
      frontend.close();
    }
  }

  async close(): Promise<void> {
    this.behave(Manner.ANSWER);
    await this.#server.close();
    rmSync(this.#folder, { recursive: true });
  }
}

let rig: Rig;
afterEach(() => rig.close());

/** Lets 20 s pass, once a message has arrived. */
async function passTime(message: string): Promise<void> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  while (!rig.log.some((line) => line.includes(message))) await new Promise(setImmediate);
  await new Promise(setImmediate);
  vi.advanceTimersByTime(20_000);
  vi.useRealTimers();
}

test.each([
  ["keeps a request", Manner.KEEP],
  ["does not come back from a handler", Manner.SPIN],
])("a lane that %s costs the frontend its session, and holds up the next until it is done", async (_, manner) => {
  rig = new Rig();
  const frontend = await rig.frontendWithRead(manner);
  const reply = frontend.frontend.request(Request.GET_VRING_BASE, { payload: vringState(0, 0) });
  reply.catch(() => {});
  await passTime("GET_VRING_BASE");
  const next = rig.isServed();
  let served = false;
  void next.then((isServed) => (served = isServed)).catch(() => {});
  await expect(reply).rejects.toThrow(/closed the connection/);
  expect(rig.log.join("\n")).toContain("some requests did not end within 20 s");
  if (manner === Manner.SPIN) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(served).toBe(false);
  }
  rig.behave(Manner.ANSWER);
  expect(await next).toBe(true);
  frontend.close();
});

test("what cannot reach a lane is not acknowledged, and ends the session after 20 s", async () => {
  rig = new Rig();
  const frontend = await rig.frontendWithRead(Manner.SPIN);
  const descriptors = frontend.eventfds(1);
  const reply = frontend.frontend.acknowledged(Request.SET_VRING_CALL, {
    payload: new Uint8Array(8),
    descriptors,
  });
  reply.catch(() => {});
  await passTime("SET_VRING_CALL");
  await expect(reply).rejects.toThrow(/closed the connection/);
  expect(rig.log.join("\n")).toContain("a lane did not answer within 20 s");
  rig.behave(Manner.ANSWER);
  expect(await rig.isServed()).toBe(true);
  frontend.close();
});
