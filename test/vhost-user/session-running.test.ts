import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SharedMemory } from "../../runtime/memory/shared-memory.js";
import { native } from "../../runtime/native/native.js";
import { HEADER_SIZE } from "../../runtime/vhost-user/messages.js";
import { decodeHeader, Inflight, State } from "../../runtime/vhost-user/wire.js";
import { DeviceStatus } from "../../runtime/virtio/device-status.js";
import { until } from "../until.js";
import { held, number, READY, RING_SIZE, SessionRig, state } from "./session-rig.js";
import { play } from "./session-script.js";

const WITHOUT_STATUS = `
  SET_OWNER
  SET_PROTOCOL_FEATURES MQ REPLY_ACK BACKEND_REQ CONFIG INFLIGHT_SHMFD RESET_DEVICE CONFIGURE_MEM_SLOTS`;
const RING = `
  SET_VRING_NUM 0 64 !
  SET_VRING_BASE 0 0 !
  SET_VRING_ADDR 0 !
  SET_VRING_KICK 0 !
  SET_VRING_CALL 0 !
  SET_VRING_ENABLE 0 1 !`;
const START = `${WITHOUT_STATUS}\nSET_FEATURES 9 30 !\nADD_MEM_REG 0 !\nADD_MEM_REG 1 !\n${RING}`;

let rig: SessionRig;
let before: readonly number[] = [];
beforeEach(async () => {
  const first = new SessionRig();
  await first.close();
  before = held();
  rig = new SessionRig();
});
afterEach(async () => {
  rig.release();
  await rig.close();
  expect(held()).toEqual(before);
});

/** Lets everything happen that is due. */
async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
}

/** Whether a promise is settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = () => {
    settled = true;
  };
  promise.then(note, note);
  await turns();
  return settled;
}

describe("requests in flight", () => {
  test.each(["SET_MEM_TABLE !", "REM_MEM_REG 1 !"])("%s waits for them, and the ring goes on", async (message) => {
    await play(rig, START);
    expect(await rig.read(1)).toEqual(rig.sector(1));
    const read = await rig.startHeldRead(2);
    const done = play(rig, message);
    const behind = rig.request("GET_FEATURES");
    expect(await isSettled(Promise.race([done, behind]))).toBe(false);
    rig.release();
    await done;
    await behind;
    expect(read()).toEqual(rig.sector(2));
    expect(await rig.read(3)).toEqual(rig.sector(3));
  });

  test("GET_VRING_BASE waits for them, and tells where the next backend begins", async () => {
    await play(rig, START);
    expect(await rig.read(1)).toEqual(rig.sector(1));
    const read = await rig.startHeldRead(2);
    const reply = rig.request("GET_VRING_BASE", state(0, 0));
    expect(await isSettled(reply)).toBe(false);
    rig.release();
    expect(State.decode((await reply).payload)).toEqual({ index: 0, value: 2 });
    expect(read()).toEqual(rig.sector(2));
    const idle = rig.startRead(3);
    native().signal(rig.kick);
    await turns();
    expect(idle()).toBeUndefined();
    await play(rig, "SET_VRING_KICK 0 !");
    await until("the ring is served again", () => idle() !== undefined);
  });

  test("the end of the session waits for them, with the memory still there", async () => {
    await play(rig, START);
    const read = await rig.startHeldRead(2);
    const stopping = rig.request("GET_VRING_BASE", state(0, 0));
    rig.frontend.close();
    await expect(stopping).rejects.toThrow();
    expect(await isSettled(rig.server.ended)).toBe(false);
    rig.release();
    await rig.server.ended;
    expect(read()).toEqual(rig.sector(2));
    expect(rig.log.at(-1)).toBe("vhost-user: frontend disconnected");
  });

  test("requests that never end cost the frontend its session, and are not acknowledged", async () => {
    await play(rig, START);
    const read = await rig.startHeldRead(2);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const reply = rig.request("GET_VRING_BASE", state(0, 0));
    reply.catch(() => {});
    await turns();
    vi.advanceTimersByTime(20_000);
    vi.useRealTimers();
    await rig.server.ended;
    await expect(reply).rejects.toThrow(/closed the connection/);
    expect(rig.log.at(-1)).toContain("1 requests did not end within 20 s");
    rig.release();
    expect(read()).toBeUndefined();
  });
});

describe("rings", () => {
  test("what was available before the ring started is served without a kick", async () => {
    const read = rig.startRead(7);
    await play(rig, START);
    await until("it is served", () => read() !== undefined);
    expect(read()).toEqual(rig.sector(7));
  });

  test("a ring that is disabled is not served, and goes on when it is enabled", async () => {
    await play(rig, `${START}\nSET_VRING_ENABLE 0 0 !`);
    const read = rig.startRead(7);
    native().signal(rig.kick);
    await turns();
    expect(read()).toBeUndefined();
    await play(rig, "SET_VRING_ENABLE 0 1 !");
    await until("it is served", () => read() !== undefined);
  });

  test("a ring waits while its memory is away", async () => {
    await play(rig, `${START}\nREM_MEM_REG 0 !`);
    expect(rig.log.at(-1)).toMatch(/ring 0 waits: .* is in no region/);
    const read = rig.startRead(7);
    native().signal(rig.kick);
    await turns();
    expect(read()).toBeUndefined();
    await play(rig, "ADD_MEM_REG 0 !");
    await until("it is served", () => read() !== undefined);
  });

  test("a call descriptor is signalled when it is set, whenever that is", async () => {
    await play(rig, WITHOUT_STATUS);
    const count = new BigUint64Array(1);
    for (let i = 0; i < 3; i++) {
      await play(rig, "SET_VRING_CALL 0 !");
      readSync(rig.call, count, 0, 8, null);
      expect(count[0]).toBe(1n);
    }
    expect(await rig.acknowledged("SET_VRING_CALL", number(0x100))).toBe(0);
    expect(() => readSync(rig.call, count, 0, 8, null)).toThrow(/EAGAIN/);
  });

  test("pipes do for eventfds", async () => {
    const folder = mkdtempSync(join(tmpdir(), "vdev-"));
    const path = join(folder, "kick");
    execFileSync("mkfifo", [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    await play(rig, START);
    expect(await rig.acknowledged("SET_VRING_KICK", { ...number(0), descriptors: [reader] })).toBe(0);
    // Far more than a pipe holds.
    for (let i = 0; i < 40_000; i++) {
      native().signal(writer);
      if (i % 1000 === 0) await new Promise(setImmediate);
    }
    const read = rig.startRead(9);
    native().signal(writer);
    await until("it is served", () => read() !== undefined);
    closeSync(reader);
    closeSync(writer);
    rmSync(folder, { recursive: true });
  });

  test("what is in flight is written down in the memory that the frontend keeps", async () => {
    await play(rig, `${WITHOUT_STATUS}\nSET_FEATURES 9 30 !\nSET_MEM_TABLE !`);
    const payload = Inflight.encode({ mapSize: 0, mapOffset: 0, queues: 2, queueSize: RING_SIZE });
    const reply = await rig.request("GET_INFLIGHT_FD", { payload });
    const { mapSize, mapOffset } = Inflight.decode(reply.payload);
    expect([mapSize, mapOffset]).toEqual([2 * (1024 + 64), 0]);
    const [fd = -1] = reply.descriptors;
    expect(await rig.acknowledged("SET_INFLIGHT_FD", { payload: reply.payload, descriptors: [fd] })).toBe(0);
    const kept = new SharedMemory(fd, 0, mapSize);
    const bytes = kept.mappings[0]?.bytes as Uint8Array;
    await play(rig, RING);
    await rig.startHeldRead(2);
    const inFlight = () => Array.from({ length: RING_SIZE }, (_, head) => bytes[16 + 16 * head]);
    expect(bytes[8]).toBe(1);
    expect(inFlight().filter((byte) => byte === 1)).toHaveLength(1);
    rig.release();
    await until("it is answered", () => inFlight().every((byte) => byte === 0));
    kept.release();
    native().close(fd);
  });
});

describe("resets", () => {
  test.each(["RESET_DEVICE !", "RESET_OWNER !"])("%s stops the rings; a driver may begin anew", async (message) => {
    await play(rig, START);
    expect(await rig.read(1)).toEqual(rig.sector(1));
    await play(rig, message);
    const idle = rig.startRead(2);
    native().signal(rig.kick);
    await turns();
    expect(idle()).toBeUndefined();
    rig.newRing();
    await play(rig, `SET_FEATURES 30 !\n${RING}`);
    expect(await rig.read(3)).toEqual(rig.sector(3));
  });

  test("a device that needs a reset says so by the error descriptor, where there is no status register", async () => {
    await play(rig, START);
    const error = native().eventfd();
    expect(await rig.acknowledged("SET_VRING_ERR", { ...number(0), descriptors: [error] })).toBe(0);
    breakRing();
    const count = new BigUint64Array(1);
    await until("it is signalled", () => isSignalled(error, count));
    native().close(error);
    await play(rig, "GET_VRING_BASE 0");
    rig.newRing();
    await play(rig, `SET_FEATURES 9 30 !\n${RING}`);
    expect(await rig.read(3)).toEqual(rig.sector(3));
  });

  test("where there is one, it says so there and by a configuration change", async () => {
    const [first = "", ...rest] = START.trim().split("\n");
    const withStatus = rest.map((line) => (line.includes("PROTOCOL") ? `${line} STATUS` : line)).join("\n");
    await play(rig, `${first}\n${withStatus}\nSET_BACKEND_REQ_FD !`);
    breakRing();
    await until("it is said", () => changes() === 1);
    expect(await rig.status()).toBe(READY | DeviceStatus.DEVICE_NEEDS_RESET);
  });
});

describe("the backend channel", () => {
  test("tells of changes, and of one more than nobody reads", async () => {
    await play(rig, `${START}\nSET_BACKEND_REQ_FD !`);
    rig.disk.config.capacity = 63;
    await until("it is told", () => changes() === 1);
    for (let i = 0; i < 20_000; i++) {
      rig.disk.config.capacity = 1 + (i % 60);
      await undefined;
    }
    expect(await rig.read(1)).toEqual(rig.sector(1));
    let told = 0;
    await until("all that was kept is read", () => {
      const more = changes();
      told += more;
      return more === 0;
    });
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThan(20_000);
    await turns();
    changes();
    rig.disk.config.capacity = 64;
    await until("a later one is told", () => changes() === 1);
  });

  test("that is closed, or no socket at all, costs nothing but the notice", async () => {
    await play(rig, `${START}\nSET_BACKEND_REQ_FD !`);
    expect(await rig.acknowledged("SET_BACKEND_REQ_FD", { descriptors: [rig.kick] })).toBe(0);
    rig.disk.config.capacity = 63;
    await until("it is dropped", () => rig.log.some((line) => line.includes("channel is gone")));
    rig.disk.config.capacity = 62;
    expect(await rig.read(1)).toEqual(rig.sector(1));
  });
});

function breakRing(): void {
  const { available } = rig.ring.ring;
  available[1] = (available[1] as number) + RING_SIZE + 1;
  native().signal(rig.kick);
}

function isSignalled(fd: number, count: BigUint64Array): boolean {
  try {
    return readSync(fd, count, 0, 8, null) === 8;
  } catch {
    return false;
  }
}

/** Configuration changes that came on the channel since the last time. */
function changes(): number {
  const bytes = new Uint8Array(1000 * HEADER_SIZE);
  const received = native().socketReceive(rig.channelEnd, bytes, 0, bytes.length, new Int32Array(2));
  for (let at = 0; at < received; at += HEADER_SIZE) {
    expect(decodeHeader(bytes.subarray(at))).toEqual({ request: 2, flags: 1, size: 0 });
  }
  return Math.max(received, 0) / HEADER_SIZE;
}
