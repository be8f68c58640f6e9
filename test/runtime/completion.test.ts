import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DRAIN_TIMEOUT_MS } from "../../runtime/virtio/device-queues.js";
import { Guest } from "./guest.js";
import { RawRing, WRITE } from "./raw-ring.js";
import { EVENTS, REQUESTS, Rig } from "./rig.js";
import { ToyBehaviour } from "./toy-behaviour.js";
import { type ToyRequest, ToyStatus } from "./toy-disk.js";

const BUFFERS = 0x2_0000;

/** A behaviour whose READ is replaced, with requests of one data byte that are all alike. */
function setUp(read: (request: ToyRequest) => unknown) {
  const guest = new Guest();
  const behaviour = new ToyBehaviour();
  behaviour.read = read;
  const rig = new Rig(guest.memory, behaviour);
  const ring = new RawRing(guest, 0x1_0000, 16);
  rig.start([ring.layout]);
  const send = (...slots: number[]): void => {
    for (const slot of slots) {
      const at = BUFFERS + slot * 64;
      guest.set(at, [...new Uint8Array(16), 0xee, 0xee]);
      guest.putU32(at + 4, slot);
      ring.chain(slot * 2, [
        { address: at, length: 16 },
        { address: at + 16, length: 2, flags: WRITE },
      ]);
      ring.offer(slot * 2);
    }
    ring.publish();
    rig.kick();
  };
  const status = (slot: number): number | undefined => guest.get(BUFFERS + slot * 64 + 17, 1)[0];
  return { guest, rig, ring, send, status };
}

/** Keeps requests until a test completes them. */
function hold() {
  const held: ToyRequest[] = [];
  return { held, read: (request: ToyRequest) => void held.push(request) };
}

test("requests complete in any order, each with its own answer", () => {
  const { held, read } = hold();
  const { ring, send, status, rig } = setUp(read);
  send(0, 1, 2, 3);
  expect(ring.takeUsed()).toEqual([]);
  for (const i of [2, 0, 3, 1]) held[i]?.complete(i);
  expect(ring.takeUsed().map(([head]) => head)).toEqual([4, 0, 6, 2]);
  expect([0, 1, 2, 3].map(status)).toEqual([0, 1, 2, 3]);
  expect(rig.notified).toEqual([REQUESTS, REQUESTS, REQUESTS, REQUESTS]);
});

test("what completed and was not told yet is told before the queue has stopped", async () => {
  const { held, read } = hold();
  const { ring, rig, send } = setUp(read);
  rig.defer = () => {};
  send(0, 1);
  for (const request of held) request.complete(ToyStatus.OK);
  expect(ring.takeUsed()).toEqual([]);
  await rig.model.queues.stop(REQUESTS);
  expect([ring.takeUsed().map(([head]) => head), rig.notified]).toEqual([[0, 2], [REQUESTS]]);
});

test("requests that complete at once are told together", () => {
  const { rig, send, ring } = setUp((request) => request.complete(ToyStatus.OK));
  send(0, 1, 2, 3);
  expect([rig.notified, ring.takeUsed().length]).toEqual([[REQUESTS], 4]);
});

describe("a handler that", () => {
  test("throws is answered for, and the next request is served", () => {
    const { rig, ring, send, status } = setUp((request) => {
      if (request.count === 0) throw new Error("out of paper");
      request.complete(ToyStatus.OK);
    });
    send(0, 1);
    expect([status(0), status(1), ring.takeUsed().length]).toEqual([ToyStatus.ERROR, ToyStatus.OK, 2]);
    expect(rig.errors).toEqual([expect.stringContaining("out of paper")]);
    expect(rig.brokenRule).toBeUndefined();
  });

  test("throws after it has completed changes nothing about the answer", () => {
    const { rig, ring, send, status } = setUp((request) => {
      request.complete(ToyStatus.OK);
      throw new Error("too late");
    });
    send(0);
    expect([status(0), ring.takeUsed(), rig.errors.length]).toEqual([ToyStatus.OK, [[0, 0]], 1]);
  });

  test("rejects is answered for", async () => {
    const { rig, ring, send, status } = setUp(async () => {
      throw new Error("no such file");
    });
    send(0, 1);
    await Promise.resolve();
    await Promise.resolve();
    expect([status(0), status(1), ring.takeUsed().length]).toEqual([ToyStatus.ERROR, ToyStatus.ERROR, 2]);
    expect(rig.errors).toEqual([expect.stringContaining("failed (1 so far): Error: no such file")]);
  });

  test("fails again and again is logged the first time, the tenth and the hundredth", () => {
    const { rig, ring, send } = setUp(() => {
      throw new Error("no such file");
    });
    for (let i = 0; i < 150; i++) {
      send(0);
      ring.takeUsed();
    }
    expect(rig.errors.map((line) => /\((\d+) so far\)/.exec(line)?.[1])).toEqual(["1", "10", "100"]);
  });

  test("rejects after its buffer went to another request leaves that one alone", async () => {
    let rejectFirst: (error: Error) => void = () => {};
    const { held, read } = hold();
    const { ring, send, status } = setUp((request) => {
      if (held.length > 0) return read(request);
      held.push(request);
      request.complete(ToyStatus.OK);
      return new Promise((_, reject) => {
        rejectFirst = reject;
      });
    });
    send(0);
    expect(ring.takeUsed()).toEqual([[0, 0]]);
    send(0);
    rejectFirst(new Error("late"));
    await Promise.resolve();
    await Promise.resolve();
    expect([status(0), ring.takeUsed()]).toEqual([0xee, []]);
    held[1]?.complete(ToyStatus.UNSUPPORTED);
    expect([status(0), ring.takeUsed()]).toEqual([ToyStatus.UNSUPPORTED, [[0, 0]]]);
  });

  test("completes twice is told so, and the buffer comes back once", () => {
    const { held, read } = hold();
    const { ring, send, status } = setUp(read);
    send(0);
    held[0]?.complete(ToyStatus.OK);
    expect(() => held[0]?.complete(ToyStatus.ERROR)).toThrow(/completed before/);
    expect([status(0), ring.takeUsed()]).toEqual([ToyStatus.OK, [[0, 0]]]);
  });

  test("never completes keeps its own buffer and no other", () => {
    const { held, read } = hold();
    const { ring, send } = setUp((request) => (request.count === 0 ? read(request) : request.complete(0)));
    send(0);
    for (let i = 0; i < 40; i++) {
      send(1, 2);
      expect(ring.takeUsed().map(([head]) => head)).toEqual([2, 4]);
    }
    expect(held).toHaveLength(1);
  });

  test("asks for a reset and then completes does not keep the reset waiting", async () => {
    vi.useFakeTimers();
    const { rig, send } = setUp((request) => {
      rig.device.needsReset("the medium is gone");
      request.complete(ToyStatus.ERROR);
    });
    send(0);
    expect([rig.model.status, rig.configChanges]).toEqual([15 | 0x40, 1]);
    rig.model.writeStatus(0);
    await vi.advanceTimersByTimeAsync(0);
    expect([rig.model.status, vi.getTimerCount()]).toEqual([0, 0]);
  });
});

describe("events", () => {
  function events() {
    const guest = new Guest();
    const rig = new Rig(guest.memory, new ToyBehaviour());
    const ring = new RawRing(guest, 0x1_0000, 4);
    rig.start([undefined, ring.layout]);
    const leave = (head: number, length: number): void => {
      ring.describe(head, { address: BUFFERS + 16 * head, length, flags: WRITE });
      ring.offer(head);
      ring.publish();
      rig.kick(EVENTS);
    };
    return { guest, rig, ring, leave };
  }

  test("that are held go out in order as buffers come", () => {
    const { guest, rig, ring, leave } = events();
    for (const value of [5n, 6n]) expect(rig.device.events.post((event) => (event.value = value))).toBe(true);
    leave(2, 8);
    expect([ring.takeUsed(), guest.u32(BUFFERS + 32)]).toEqual([[[2, 8]], 5]);
    leave(1, 16);
    expect([ring.takeUsed(), guest.u32(BUFFERS + 16)]).toEqual([[[1, 8]], 6]);
  });

  test("pass over a buffer that is too small, which comes back empty", () => {
    const { guest, rig, ring, leave } = events();
    leave(0, 7);
    leave(1, 8);
    expect(rig.device.events.post((event) => (event.value = 9n))).toBe(true);
    expect(ring.takeUsed()).toEqual([
      [0, 0],
      [1, 8],
    ]);
    expect([...guest.get(BUFFERS, 7), guest.u32(BUFFERS + 16)]).toEqual([0, 0, 0, 0, 0, 0, 0, 9]);
  });

  test("find no buffers after a reset, and a buffer taken before is not written any more", async () => {
    const { guest, rig, leave } = events();
    vi.useFakeTimers();
    leave(0, 8);
    const event = rig.device.events.take();
    const reset = rig.model.reset();
    await vi.advanceTimersByTimeAsync(DRAIN_TIMEOUT_MS);
    await reset;
    const before = guest.snapshot();
    if (event !== undefined) event.value = 1n;
    event?.complete();
    expect(rig.device.events.post(() => {})).toBe(false);
    expect([event === undefined, guest.changedOutside(before, []), rig.device.events.dropped]).toEqual([false, [], 1]);
  });

  test("in a ring that breaks a rule make the device ask for a reset", () => {
    const { rig, ring } = events();
    ring.offer(9);
    ring.publish();
    expect(rig.device.events.post(() => {})).toBe(false);
    expect([rig.brokenRule, rig.configChanges]).toEqual(["descriptor-index", 1]);
  });
});

beforeEach(() => {
  vi.useRealTimers();
});
afterEach(() => {
  vi.useRealTimers();
});
