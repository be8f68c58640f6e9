import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FeatureSet } from "../../runtime/virtio/feature-set.js";
import { EchoRequest } from "./echo-request.js";
import { Guest } from "./guest.js";
import { RawRing, WRITE } from "./raw-ring.js";
import { EVENTS, REQUESTS, Rig, VERSION_1 } from "./rig.js";
import { ToyBehaviour } from "./toy-behaviour.js";
import { type ToyRequest, ToyStatus } from "./toy-disk.js";

const BUFFERS = 0x2_0000;
const RING = 0x1_0000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets everything run that is due now. */
function settle(): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(0);
}

/** A device that holds its READs, with some of them in flight. */
function holding(inFlight: number) {
  const guest = new Guest();
  const held: ToyRequest[] = [];
  const behaviour = new ToyBehaviour();
  behaviour.read = (request) => void held.push(request);
  const rig = new Rig(guest.memory, behaviour);
  const ring = new RawRing(guest, RING, 8);
  rig.start([ring.layout]);
  send(rig, ring, inFlight);
  return { guest, held, rig, ring };
}

/** Offers so many READs of three bytes each. */
function send(rig: Rig, ring: RawRing, count: number): void {
  for (let i = 0; i < count; i++) {
    const at = BUFFERS + i * 32;
    ring.guest.set(at, new Uint8Array(20));
    ring.chain(i * 2, [
      { address: at, length: 16 },
      { address: at + 16, length: 4, flags: WRITE },
    ]);
    ring.offer(i * 2);
  }
  ring.publish();
  rig.kick();
}

/** Asserts that a device in its initial state starts and serves. */
async function expectServes(rig: Rig, guest: Guest, held: ToyRequest[]): Promise<void> {
  const ring = new RawRing(guest, RING, 8);
  held.length = 0;
  rig.start([ring.layout]);
  send(rig, ring, 2);
  expect(held).toHaveLength(2);
  for (const request of held) request.complete(ToyStatus.OK);
  expect(ring.takeUsed().map(([head]) => head)).toEqual([0, 2]);
}

describe("device reset", () => {
  test("waits for requests in flight; until then the status reads as before", async () => {
    const { guest, held, rig, ring } = holding(2);
    rig.model.writeStatus(0);
    await settle();
    expect([rig.model.status, rig.device.resets]).toEqual([15, 0]);
    held[1]?.complete(ToyStatus.OK);
    await settle();
    expect(rig.model.status).toBe(15);
    held[0]?.complete(ToyStatus.OK);
    await settle();
    expect([rig.model.status, rig.device.resets]).toEqual([0, 1]);
    expect(ring.takeUsed().map(([head]) => head)).toEqual([2, 0]);
    expect(rig.model.accepted.isEmpty).toBe(true);
    await expectServes(rig, guest, held);
  });

  test("takes no new requests while it waits", async () => {
    const { held, rig, ring } = holding(1);
    rig.model.writeStatus(0);
    ring.chain(4, [{ address: BUFFERS, length: 16 }]);
    ring.offer(4);
    ring.publish();
    rig.kick();
    rig.model.queues.enable(REQUESTS);
    rig.model.writeStatus(15 | 128);
    await settle();
    expect([held.length, rig.model.status]).toEqual([1, 15]);
  });

  test("gives up on requests that never end, and what they do later touches nothing", async () => {
    const { guest, held, rig, ring } = holding(3);
    rig.model.writeStatus(0);
    await vi.advanceTimersByTimeAsync(19_999);
    expect(rig.model.status).toBe(15);
    expect(rig.failures).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(rig.failures).toEqual([expect.stringContaining("requests: 3 requests did not end within 20 s")]);
    expect(rig.model.status).toBe(0);
    const before = guest.snapshot();
    const notified = rig.notified.length;
    held[0]?.room.copyFrom(new Uint8Array(3).fill(0x55));
    held[0]?.complete(ToyStatus.OK);
    held[1]?.room.fill(0x66);
    held[1]?.complete(ToyStatus.ERROR);
    expect(() => held[2]?.room.copyFrom(new Uint8Array(3), 0, 0, 3)).toThrow(RangeError);
    expect([guest.changedOutside(before, []), ring.takeUsed(), rig.notified.length]).toEqual([[], [], notified]);
    const late = held.slice();
    await expectServes(rig, guest, held);
    const served = guest.snapshot();
    for (const request of late) request.complete(ToyStatus.ERROR);
    expect(guest.changedOutside(served, [])).toEqual([]);
  });

  test("a handler that rejects after the device gave up on it touches nothing", async () => {
    const { guest, rig } = holding(0);
    let reject: (error: Error) => void = () => {};
    const ring = new RawRing(guest, RING, 8);
    await rig.model.reset();
    const behaviour = { read: () => new Promise((_, no) => (reject = no)) };
    const other = new Rig(guest.memory, behaviour);
    other.start([ring.layout]);
    send(other, ring, 1);
    other.model.writeStatus(0);
    await vi.advanceTimersByTimeAsync(20_000);
    const before = guest.snapshot();
    reject(new Error("late"));
    await settle();
    expect([guest.changedOutside(before, []), other.failures.length, other.errors.length]).toEqual([[], 1, 2]);
  });

  test("a message without a status that fails after the device gave up on it touches nothing either", async () => {
    const guest = new Guest();
    let reject: (error: Error) => void = () => {};
    const rig = new Rig(guest.memory, { echo: () => new Promise((_, no) => (reject = no)) }, EchoRequest);
    const ring = new RawRing(guest, RING, 8);
    rig.start([ring.layout]);
    send(rig, ring, 1);
    rig.model.writeStatus(0);
    await vi.advanceTimersByTimeAsync(20_000);
    const before = guest.snapshot();
    reject(new Error("late"));
    await settle();
    expect([guest.changedOutside(before, []), rig.failures.length, rig.errors.length, rig.notified]).toEqual([
      [],
      1,
      2,
      [],
    ]);
  });

  test("starts no queue that is enabled while it waits", async () => {
    const { guest, held, rig } = holding(1);
    const events = new RawRing(guest, RING + 0x2000, 4);
    events.describe(0, { address: BUFFERS, length: 8, flags: WRITE });
    events.offer(0);
    events.publish();
    rig.model.writeStatus(0);
    rig.model.setupQueue(EVENTS, events.layout);
    rig.model.queues.enable(EVENTS);
    held[0]?.complete(ToyStatus.OK);
    await settle();
    expect(rig.model.status).toBe(0);
    expect([rig.device.events.post(() => {}), events.takeUsed()]).toEqual([false, []]);
  });

  test("asked for twice is done once", async () => {
    const { held, rig } = holding(1);
    rig.model.writeStatus(0);
    rig.model.writeStatus(0);
    held[0]?.complete(ToyStatus.OK);
    await settle();
    expect([rig.model.status, rig.device.resets]).toEqual([0, 1]);
  });

  test("is done at once where nothing runs: a driver that reads 0 may go on", () => {
    const rig = new Rig(new Guest().memory, new ToyBehaviour());
    rig.model.writeStatus(0);
    expect(rig.model.status).toBe(0);
    rig.model.writeStatus(1);
    expect(rig.model.status).toBe(1);
    rig.start([]);
    expect(rig.device.resets).toBe(1);
  });

  test("restores what the driver wrote to the configuration", async () => {
    const { rig } = holding(0);
    expect(rig.model.writeConfig(4, new Uint8Array([2, 0, 0, 0]))).toBe(true);
    expect(rig.model.readConfig(0, 8)).toEqual(new Uint8Array([7, 0, 0, 0, 2, 0, 0, 0]));
    await rig.model.reset();
    expect(rig.model.readConfig(0, 8)).toEqual(new Uint8Array([7, 0, 0, 0, 0, 0, 0, 0]));
  });
});

describe("ring reset", () => {
  test("waits for that ring's requests, then the ring starts from nothing", async () => {
    const { guest, held, rig, ring } = holding(2);
    let done: boolean | undefined;
    void rig.model.resetQueue(REQUESTS).then((result) => {
      done = result;
    });
    await settle();
    expect(done).toBeUndefined();
    for (const request of held.splice(0)) request.complete(ToyStatus.OK);
    await settle();
    expect([done, rig.model.status, ring.takeUsed().length]).toEqual([true, 15, 2]);
    const before = guest.snapshot();
    ring.offer(0);
    ring.publish();
    rig.kick();
    rig.model.queues.enable(REQUESTS);
    expect([held.length, guest.changedOutside(before, [{ address: ring.layout.driverArea, length: 20 }])]).toEqual([
      0,
      [],
    ]);
    const fresh = new RawRing(guest, RING + 0x1000, 16);
    rig.model.setupQueue(REQUESTS, fresh.layout);
    rig.model.queues.enable(REQUESTS);
    send(rig, fresh, 3);
    expect(held).toHaveLength(3);
    for (const request of held) request.complete(ToyStatus.OK);
    expect(fresh.takeUsed().map(([head]) => head)).toEqual([0, 2, 4]);
  });

  test("leaves other rings alone", async () => {
    const { guest, rig } = holding(0);
    const events = new RawRing(guest, RING + 0x2000, 4);
    rig.model.setupQueue(EVENTS, events.layout);
    rig.model.queues.enable(EVENTS);
    await rig.model.resetQueue(REQUESTS);
    events.describe(0, { address: BUFFERS, length: 8, flags: WRITE });
    events.offer(0);
    events.publish();
    expect([rig.device.events.post((event) => (event.value = 3n)), events.takeUsed()]).toEqual([true, [[0, 8]]]);
  });

  test("without the feature is refused", async () => {
    const rig = new Rig(new Guest().memory, new ToyBehaviour());
    expect(await rig.model.resetQueue(REQUESTS)).toBe(false);
    rig.model.acceptFeatures(FeatureSet.of(VERSION_1));
    rig.model.writeStatus(15);
    expect([rig.model.status, await rig.model.resetQueue(REQUESTS)]).toEqual([15, false]);
  });
});

describe("suspend", () => {
  test("ends with nothing in flight; then nothing is written and nothing told", async () => {
    const { guest, held, rig, ring } = holding(2);
    let suspended = false;
    void rig.model.suspend().then(() => {
      suspended = true;
    });
    await settle();
    expect(suspended).toBe(false);
    for (const request of held) request.complete(ToyStatus.OK);
    await settle();
    expect([suspended, rig.model.status]).toEqual([true, 15]);
    const before = guest.snapshot();
    const { length } = rig.notified;
    rig.kick();
    rig.device.events.post(() => {});
    expect([guest.changedOutside(before, []), rig.notified.length]).toEqual([[], length]);
    expect(ring.takeUsed()).toHaveLength(2);
  });

  test("goes on where it was: no request is served twice, none is lost", async () => {
    const { held, rig, ring } = holding(2);
    for (const request of held.splice(0)) request.complete(ToyStatus.OK);
    await rig.model.suspend();
    expect(await rig.model.queues.stop(REQUESTS)).toBe(2);
    ring.takeUsed();
    ring.offer(2);
    ring.publish();
    rig.model.queues.enable(REQUESTS);
    expect(held).toHaveLength(1);
    held[0]?.complete(ToyStatus.OK);
    expect(ring.takeUsed().map(([head]) => head)).toEqual([2]);
  });
});

test("a stopped ring says where it was, and goes on from there", async () => {
  const { guest, held, rig, ring } = holding(3);
  const stopped = rig.model.queues.stop(REQUESTS);
  for (const request of held.splice(0)) request.complete(ToyStatus.OK);
  expect(await stopped).toBe(3);
  ring.takeUsed();
  send(rig, ring, 2);
  expect(held).toHaveLength(0);
  const other = new Rig(guest.memory, { read: (request: ToyRequest) => void held.push(request) });
  other.start([{ ...ring.layout, position: 3 }]);
  other.kick();
  expect(held).toHaveLength(2);
  for (const request of held) request.complete(ToyStatus.OK);
  expect(ring.takeUsed().map(([head]) => head)).toEqual([0, 2]);
});

test("a session that ended leaves a device that the next driver can use", async () => {
  const { guest, held, rig } = holding(2);
  const closed = rig.model.reset();
  for (const request of held) request.complete(ToyStatus.OK);
  await closed;
  guest.memory.clear();
  rig.kick();
  rig.device.events.post(() => {});
  const next = new Guest(undefined, guest.memory);
  await expectServes(rig, next, held);
});
