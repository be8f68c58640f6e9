import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { Chain } from "../../runtime/virtqueue/chain.js";
import { SplitQueue } from "../../runtime/virtqueue/split-queue.js";
import { Guest } from "./guest.js";
import { RawRing } from "./raw-ring.js";

const SIZE = 8;

function setUp(eventIdx: boolean, start = 0) {
  const ring = new RawRing(new Guest(), 0x1_0000, SIZE, start);
  let notifications = 0;
  const queue = new SplitQueue(ring.guest.memory, ring.layout, {
    indirect: false,
    eventIdx,
    position: start,
    notifyUsed: () => {
      notifications++;
    },
  });
  for (let head = 0; head < SIZE; head++) ring.describe(head, { address: 0x2_0000, length: 1 });
  /** Uses so many buffers in one batch; the notifications that it sends. */
  const use = (count: number): number => {
    for (let i = 0; i < count; i++) ring.offer(i);
    ring.publish();
    const chains = Array.from({ length: count }, () => queue.take() as Chain);
    for (const chain of chains) queue.put(chain, 0);
    const before = notifications;
    queue.publish();
    return notifications - before;
  };
  return { ring, queue, use };
}

describe("used buffer notifications without EVENT_IDX", () => {
  test("one a batch, unless the driver says no", () => {
    const { ring, queue, use } = setUp(false);
    expect([use(1), use(3)]).toEqual([1, 1]);
    ring.setFlags(1);
    expect(use(2)).toBe(0);
    ring.setFlags(0);
    expect(use(SIZE)).toBe(1);
    queue.publish();
    expect(use(0), "nothing was used, nothing is to be told").toBe(0);
  });

  test("used_event is ignored", () => {
    const { ring, use } = setUp(false);
    use(1);
    ring.setUsedEvent(0x7000);
    expect(use(1)).toBe(1);
  });
});

describe("used buffer notifications with EVENT_IDX", () => {
  test("the first batch after a start is always told: what the driver asked before is not known", () => {
    const { ring, use } = setUp(true);
    ring.setUsedEvent(0x7000);
    expect([use(2), use(2)]).toEqual([1, 0]);
  });

  test("the lower bit of flags is ignored", () => {
    const { ring, use } = setUp(true);
    use(1);
    ring.setFlags(1);
    ring.setUsedEvent(1);
    expect(use(1)).toBe(1);
  });

  test.prop([
    fc.nat(65535),
    fc.array(fc.tuple(fc.integer({ min: 1, max: SIZE }), fc.integer({ min: -3, max: SIZE + 2 })), { maxLength: 30 }),
  ])("exactly when the batch has an entry whose index is used_event", (start, batches) => {
    const { ring, use } = setUp(true, start);
    use(1);
    for (const [count, ahead] of batches) {
      const event = (ring.usedIndex + ahead + 65536) % 65536;
      ring.setUsedEvent(event);
      const indices = Array.from({ length: count }, (_, i) => (ring.usedIndex + i) % 65536);
      expect(use(count)).toBe(indices.includes(event) ? 1 : 0);
    }
  });
});

describe("available buffer notifications", () => {
  test("without EVENT_IDX are asked for in flags", () => {
    const { ring, queue } = setUp(false);
    queue.disarm();
    expect(ring.usedFlags).toBe(1);
    expect(queue.arm()).toBe(false);
    expect([ring.usedFlags, ring.availableEvent]).toEqual([0, 0]);
  });

  test.each([0, 65534])("with EVENT_IDX are asked for with the next index, from %i", (start) => {
    const { ring, queue, use } = setUp(true, start);
    queue.disarm();
    expect([queue.arm(), ring.availableEvent]).toEqual([false, start]);
    use(5);
    expect(ring.availableEvent, "only rewritten before sleeping").toBe(start);
    expect([queue.arm(), ring.availableEvent]).toEqual([false, (start + 5) % 65536]);
    expect(ring.usedFlags, "the device MUST set flags to 0").toBe(0);
  });

  test("with EVENT_IDX flags are 0 even where an earlier session left 1", () => {
    const ring = new RawRing(new Guest(), 0x1_0000, SIZE);
    ring.guest.putU16(ring.layout.deviceArea, 1);
    const options = { indirect: false, eventIdx: true, notifyUsed: () => {} };
    new SplitQueue(ring.guest.memory, ring.layout, options).arm();
    expect(ring.usedFlags).toBe(0);
  });

  test.each([true, false])("what came before the driver could know is reported (EVENT_IDX: %s)", (eventIdx) => {
    const { ring, queue } = setUp(eventIdx);
    expect(queue.take()).toBeUndefined();
    ring.offer(0);
    ring.publish();
    expect(queue.arm()).toBe(true);
  });

  test("with EVENT_IDX are asked for after what was taken, not after what was used", () => {
    const { ring, queue, use } = setUp(true);
    use(2);
    for (const head of [0, 1, 2]) ring.offer(head);
    ring.publish();
    for (let i = 0; i < 3; i++) queue.take();
    expect([queue.arm(), ring.availableEvent]).toEqual([false, 5]);
  });

  test.each([true, false])("are not asked for by a stopped queue, which writes nothing (EVENT_IDX: %s)", (eventIdx) => {
    const { ring, queue, use } = setUp(eventIdx);
    use(1);
    queue.disarm();
    queue.stop();
    const before = ring.guest.snapshot();
    queue.arm();
    queue.disarm();
    expect(ring.guest.changedOutside(before, [])).toEqual([]);
    const fresh = setUp(eventIdx);
    fresh.queue.stop();
    const untouched = fresh.ring.guest.snapshot();
    fresh.queue.disarm();
    expect(fresh.ring.guest.changedOutside(untouched, [])).toEqual([]);
  });
});
