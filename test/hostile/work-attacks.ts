import { expect } from "vitest";
import { WRITE } from "../runtime/raw-ring.js";
import { EVENTS } from "../runtime/rig.js";
import { type ToyRequest, ToyStatus } from "../runtime/toy-disk.js";
import { HEADER, STATUS, type Trial } from "./attack.js";
import { nextTurn, setUpCounted } from "./counted-rig.js";

/** Puts every buffer back as soon as it is used, for ever. */
function endless() {
  const scene = setUpCounted();
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

const REPORTED = "openvmm#4045: a malformed chain was parsed again for ever";

/** Attacks on the processor and the log: what is wrong costs one look, and what is right costs its share of a turn. */
export const workAttacks: readonly Trial[] = [
  {
    number: 48,
    name: "a malformed chain is looked at once, however often the driver kicks, and is logged once",
    sentence: "needsReset",
    reported: REPORTED,
    async run() {
      const { memory, guest, rig, ring } = setUpCounted();
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
    },
  },
  {
    number: 48,
    name: "a malformed chain does not take the requests before it along",
    sentence: "executes",
    run() {
      const { rig, ring, offer } = setUpCounted();
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
    },
  },
  {
    number: 48,
    name: "a malformed chain on one queue stops the others too, and requests in flight come back",
    sentence: "needsReset",
    async run() {
      const { behaviour, rig, ring, events, offer } = setUpCounted();
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
    },
  },
  {
    number: 53,
    name: "a driver that never stops sending gets a bounded number of requests a turn",
    sentence: "exposes",
    async run() {
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
    },
  },
  {
    number: 53,
    name: "a driver that never stops sending gets no more turns by kicking more often",
    sentence: "spurious",
    async run() {
      const { rig, servedSinceLast } = endless();
      const turns: number[] = [];
      for (let turn = 0; turn < 10; turn++) {
        for (let i = 0; i < 20; i++) rig.kick();
        await nextTurn();
        turns.push(servedSinceLast());
      }
      expect(Math.max(...turns.slice(1))).toBeLessThanOrEqual(2 * (1024 + 8));
      await rig.model.reset();
    },
  },
  {
    number: 53,
    name: "a driver that never stops sending gets no more turns by kicking from within the notification",
    sentence: "spurious",
    async run() {
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
    },
  },
  {
    number: 53,
    name: "a driver that never stops sending buffers too small for events does not stop the device",
    sentence: "contents",
    run() {
      const { rig, events } = setUpCounted();
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
    },
  },
  {
    number: 53,
    name: "kicks without anything available are heard and change nothing",
    sentence: "spurious",
    run() {
      const { guest, rig } = setUpCounted();
      rig.kick();
      const before = guest.snapshot();
      for (let i = 0; i < 1000; i++) rig.kick();
      for (const queue of [EVENTS, 2, 65535, -1]) rig.kick(queue);
      expect([guest.changedOutside(before, []), rig.notified]).toEqual([[], []]);
    },
  },
];
