import { describe, expect, test } from "vitest";
import { MISS } from "../../runtime/memory/address-space.js";
import { GuestMemory } from "../../runtime/memory/guest-memory.js";
import { Guest } from "../runtime/guest.js";
import { RawRing, WRITE } from "../runtime/raw-ring.js";
import { EVENTS, INDIRECT_DESC, REQUESTS, Rig } from "../runtime/rig.js";
import { ToyBehaviour } from "../runtime/toy-behaviour.js";
import { ToyKind, type ToyRequest, ToyStatus } from "../runtime/toy-disk.js";
import { HEADER, header, STATUS, status, TABLE, writeHeader } from "./attack.js";

/** Guest memory that counts what it is asked, and may not know an answer yet. */
class CountedMemory extends GuestMemory {
  asked = 0;
  missing = false;

  override translate(address: number, length: number, write: boolean): number {
    this.asked++;
    return this.missing ? MISS : super.translate(address, length, write);
  }
}

function setUp(size = 8) {
  const memory = new CountedMemory();
  const guest = new Guest(undefined, memory);
  const behaviour = new ToyBehaviour();
  const rig = new Rig(memory, behaviour);
  const ring = new RawRing(guest, 0x1_0000, size);
  const events = new RawRing(guest, 0x1_8000, 8);
  rig.start([ring.layout, events.layout], INDIRECT_DESC);
  writeHeader(guest, ToyKind.READ);
  ring.table(TABLE, [header, status]);
  const offer = (head: number): void => {
    ring.describe(head, { address: TABLE, length: 32, flags: 4 });
    ring.offer(head);
  };
  return { memory, guest, behaviour, rig, ring, events, offer };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe("48: a malformed chain (openvmm#4045: parsed again for ever)", () => {
  test("is looked at once, however often the driver kicks, and is logged once", async () => {
    const { memory, guest, rig, ring } = setUp();
    ring.chain(0, [
      { address: HEADER, length: 16 },
      { address: 0x10, length: 1 },
    ]);
    ring.offer(0);
    ring.publish();
    rig.kick();
    expect(rig.brokenRule).toBe("buffer-address");
    const [{ asked }, before] = [memory, guest.snapshot()];
    for (let i = 0; i < 1000; i++) rig.kick();
    await nextTurn();
    for (let i = 0; i < 1000; i++) rig.kick();
    expect([memory.asked - asked, rig.errors.length, rig.configChanges]).toEqual([0, 1, 1]);
    expect(guest.changedOutside(before, [])).toEqual([]);
  });

  test("does not take the requests before it along", () => {
    const { rig, ring, offer } = setUp();
    offer(0);
    offer(1);
    ring.offer(99);
    ring.publish();
    rig.kick();
    expect(ring.takeUsed()).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(rig.brokenRule).toBe("descriptor-index");
  });

  test("on one queue stops the others too, and requests in flight come back", async () => {
    const { behaviour, rig, ring, events, offer } = setUp();
    const held: ToyRequest[] = [];
    behaviour.read = (request) => void held.push(request);
    offer(3);
    ring.publish();
    rig.kick();
    events.offer(77);
    events.publish();
    rig.device.events.post(() => {});
    expect(rig.brokenRule).toBe("descriptor-index");
    offer(4);
    ring.publish();
    rig.kick();
    held[0]?.complete(ToyStatus.OK);
    await nextTurn();
    expect([held.length, ring.takeUsed()]).toEqual([1, [[3, 1]]]);
  });
});

describe("53: a driver that never stops sending", () => {
  /** Puts every buffer back as soon as it is used, for ever. */
  function endless() {
    const scene = setUp();
    const { behaviour, rig, ring, offer } = scene;
    let served = 0;
    behaviour.read = (request) => {
      served++;
      request.complete(ToyStatus.OK);
    };
    rig.onUsed = () => {
      for (const [head] of ring.takeUsed()) offer(head);
      ring.publish();
    };
    for (let head = 0; head < 8; head++) offer(head);
    ring.publish();
    const servedSinceLast = (): number => {
      const count = served;
      served = 0;
      return count;
    };
    return { ...scene, servedSinceLast };
  }

  test("gives the event loop its turn, and a bounded number of requests a turn", async () => {
    const { rig, servedSinceLast } = endless();
    rig.kick();
    const turns: number[] = [servedSinceLast()];
    for (let i = 0; i < 5; i++) {
      await nextTurn();
      turns.push(servedSinceLast());
    }
    expect(Math.max(...turns)).toBeLessThanOrEqual(1024 + 8);
    expect(Math.min(...turns.slice(1))).toBeGreaterThan(0);
    await rig.model.reset();
  });

  test("gets no more turns by kicking more often", async () => {
    const { rig, servedSinceLast } = endless();
    const turns: number[] = [];
    for (let turn = 0; turn < 10; turn++) {
      for (let i = 0; i < 20; i++) rig.kick();
      await nextTurn();
      turns.push(servedSinceLast());
    }
    expect(Math.max(...turns.slice(1))).toBeLessThanOrEqual(2 * (1024 + 8));
    await rig.model.reset();
  });

  test("gets no more turns by kicking from within the notification", async () => {
    const { rig, servedSinceLast } = endless();
    const putBack = rig.onUsed;
    rig.onUsed = (queue) => {
      putBack(queue);
      rig.kick();
    };
    rig.kick();
    const turns = [servedSinceLast()];
    await nextTurn();
    turns.push(servedSinceLast());
    expect(Math.max(...turns)).toBeLessThanOrEqual(1024 + 8);
    await rig.model.reset();
  });

  test("of buffers that are too small for events does not stop the device", () => {
    const { rig, events } = setUp();
    let left = 10_000;
    const offerSmall = (head: number): void => {
      events.describe(head, { address: STATUS, length: 1, flags: WRITE });
      events.offer(head);
      events.publish();
    };
    rig.onUsed = () => {
      for (const [head] of events.takeUsed()) if (left-- > 0) offerSmall(head);
    };
    offerSmall(0);
    rig.device.events.post(() => {});
    expect(left).toBeGreaterThan(9_000);
  });

  test("kicks without anything available are heard and change nothing", () => {
    const { guest, rig } = setUp();
    rig.kick();
    const before = guest.snapshot();
    for (let i = 0; i < 1000; i++) rig.kick();
    for (const queue of [EVENTS, 2, 65535, -1]) rig.kick(queue);
    expect([guest.changedOutside(before, []), rig.notified]).toEqual([[], []]);
  });
});

describe("a translation that is not known yet", () => {
  test("is asked for once a kick, and the request is served when it came", async () => {
    const { memory, rig, ring, offer } = setUp();
    offer(5);
    ring.publish();
    memory.missing = true;
    memory.asked = 0;
    rig.kick();
    await nextTurn();
    await nextTurn();
    expect([memory.asked, ring.takeUsed(), rig.errors]).toEqual([1, [], []]);
    memory.missing = false;
    rig.kick(REQUESTS);
    expect(ring.takeUsed()).toEqual([[5, 1]]);
  });

  test("does not hang a device that has events to send", () => {
    const { memory, rig, events } = setUp();
    events.describe(0, { address: STATUS, length: 8, flags: WRITE });
    events.offer(0);
    events.publish();
    memory.missing = true;
    expect(rig.device.events.post((event) => (event.value = 1n))).toBe(true);
    rig.kick(EVENTS);
    memory.missing = false;
    rig.kick(EVENTS);
    expect(events.takeUsed()).toEqual([[0, 8]]);
  });
});
