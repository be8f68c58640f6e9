import { describe, expect, test } from "vitest";
import { WRITE } from "../runtime/raw-ring.js";
import { EVENTS, REQUESTS } from "../runtime/rig.js";
import { STATUS } from "./attack.js";
import { nextTurn, setUpCounted } from "./counted-rig.js";

describe("a translation that is not known yet", () => {
  test("is asked for once a kick, and the request is served when it came", async () => {
    const { memory, rig, ring, offer } = setUpCounted();
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
    const { memory, rig, events } = setUpCounted();
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
