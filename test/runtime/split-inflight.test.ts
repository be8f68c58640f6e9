import { fc, test } from "@fast-check/vitest";
import { afterEach, describe, expect, vi } from "vitest";
import { Mapping } from "../../runtime/memory/mapping.js";
import type { Chain } from "../../runtime/virtqueue/chain.js";
import { SplitInflight } from "../../runtime/virtqueue/split-inflight.js";
import { SplitQueue } from "../../runtime/virtqueue/split-queue.js";
import { randomRuns } from "../random-runs.js";
import { Guest } from "./guest.js";
import { RawRing } from "./raw-ring.js";

const SIZE = 8;

class Crash extends Error {}

/** A driver, and one backend after the other, which have only memory in common. */
class Succession {
  readonly region: Mapping;
  readonly ring: RawRing;
  queue: SplitQueue;
  /** Heads that the driver may make available: the device does not have them. */
  readonly free = new Set(Array.from({ length: SIZE }, (_, head) => head));
  readonly offered: number[] = [];
  readonly used: number[] = [];
  #taken: Chain[] = [];

  constructor(start = 0) {
    this.region = new Mapping(SplitInflight.byteLength(SIZE));
    this.ring = new RawRing(new Guest(), 0x1_0000, SIZE, start);
    for (let head = 0; head < SIZE; head++) this.ring.describe(head, { address: 0x2_0000, length: 1 });
    this.queue = this.successor();
  }

  /** Another backend: all that it knows is the used index, as QEMU tells it, and the two memories. */
  successor(): SplitQueue {
    this.#taken = [];
    this.queue = new SplitQueue(this.ring.guest.memory, this.ring.layout, {
      indirect: false,
      eventIdx: false,
      position: this.ring.usedIndex,
      inflight: new SplitInflight({ mapping: this.region, offset: 0, entries: SIZE }),
      notifyUsed: () => {},
    });
    return this.queue;
  }

  offer(): void {
    const head = [...this.free][0];
    if (head === undefined) return;
    this.free.delete(head);
    this.offered.push(head);
    this.ring.offer(head);
    this.ring.publish();
  }

  take(): void {
    const chain = this.queue.take();
    if (chain !== undefined) this.#taken.push(chain);
  }

  /** Puts one of the buffers that are out back. */
  put(which: number): void {
    const [chain] = this.#taken.splice(which % Math.max(1, this.#taken.length), 1);
    if (chain !== undefined) this.queue.put(chain, 0);
  }

  /** Several buffers in one publication. */
  batch(count: number): void {
    for (let i = 0; i < count; i++) this.offer();
    for (let i = 0; i < count; i++) this.take();
    for (let i = 0; i < count; i++) this.put(i);
    this.queue.publish();
  }

  /** The driver looks at the used ring. */
  reap(): void {
    for (const [head] of this.ring.takeUsed()) {
      this.used.push(head);
      this.free.add(head);
    }
  }

  /** Serves what there is, to the end. */
  finish(): void {
    for (let chain = this.queue.take(); chain !== undefined; chain = this.queue.take()) this.#taken.push(chain);
    for (const chain of this.#taken.splice(0)) this.queue.put(chain, 0);
    this.queue.publish();
    this.reap();
  }
}

/** Alone, steps rarely make a batch: `batch` offers, takes and puts back several buffers. */
type Step =
  | { readonly what: "batch"; readonly count: number }
  | { readonly what: "offer" | "take" | "publish" | "reap" }
  | { readonly what: "put"; readonly which: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ what: fc.constantFrom("offer" as const, "take" as const, "publish" as const, "reap" as const) }),
    fc.record({ what: fc.constant("put" as const), which: fc.nat(SIZE) }),
    fc.record({ what: fc.constant("batch" as const), count: fc.integer({ min: 2, max: SIZE }) }),
  ),
  { maxLength: 80 },
);

function perform(world: Succession, step: Step): void {
  if (step.what === "put") world.put(step.which);
  else if (step.what === "batch") world.batch(step.count);
  else if (step.what === "publish") world.queue.publish();
  else world[step.what]();
}

/** Dies at a store, which is done or is not. */
function dieAtStore(countdown: number, done: boolean): void {
  const store = Atomics.store.bind(Atomics) as (array: Uint16Array, at: number, value: number) => number;
  let left = countdown;
  vi.spyOn(Atomics, "store").mockImplementation(((array: Uint16Array, at: number, value: number) => {
    const last = left-- === 0;
    if (!last || done) store(array, at, value);
    if (last) throw new Crash();
    return value;
  }) as typeof Atomics.store);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a backend that dies at any store", () => {
  test.prop([steps, fc.array(fc.tuple(fc.nat(120), fc.boolean()), { maxLength: 4 }), fc.nat(0xffff)], {
    numRuns: randomRuns(2000),
  })("leaves what the next one needs: each head enters the used ring once", (plan, deaths, start) => {
    const world = new Succession(start);
    for (const [countdown, done] of [...deaths, undefined].map((death) => death ?? ([1e9, true] as const))) {
      dieAtStore(countdown, done);
      try {
        for (const step of plan) perform(world, step);
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
      vi.restoreAllMocks();
      world.reap();
      world.successor();
    }
    world.finish();
    expect(world.used.toSorted()).toEqual(world.offered.toSorted());
    expect(world.queue.inFlight).toBe(0);
    expect(world.queue.position).toBe(world.ring.available);
  });
});

describe("what was lost", () => {
  test("is taken first, in the order in which it was taken before", () => {
    const world = new Succession();
    for (let i = 0; i < 5; i++) world.offer();
    for (let i = 0; i < 4; i++) world.take();
    world.put(1);
    world.queue.publish();
    const next = world.successor();
    expect(next.arm(), "there is work, though nothing new is available").toBe(true);
    expect(Array.from({ length: 5 }, () => next.take()?.slot)).toEqual([0, 2, 3, 4, undefined]);
  });

  test("waits on where the queue stops before it is taken", () => {
    const world = new Succession();
    world.offer();
    world.take();
    const stopped = world.successor();
    stopped.stop();
    expect(stopped.take()).toBeUndefined();
    stopped.release();
    expect(world.successor().take()?.slot).toBe(0);
  });

  test("is nothing after an orderly stop, whatever becomes of the ring", () => {
    const world = new Succession(40000);
    world.offer();
    world.finish();
    world.queue.stop();
    world.queue.release();
    const fresh = new RawRing(world.ring.guest, 0x1_0000, SIZE);
    fresh.describe(0, { address: 0x2_0000, length: 1 });
    fresh.offer(0);
    fresh.publish();
    const next = world.successor();
    expect([next.take()?.slot, next.take()]).toEqual([0, undefined]);
  });
});

describe("a region that no backend wrote", () => {
  const VERSION = 8;
  const ENTRIES = 10;
  const LAST_BATCH_HEAD = 12;
  const USED_INDEX = 14;

  test.each([
    ["another version", (view: DataView) => view.setUint16(VERSION, 2, true), "version 2"],
    ["for another size", (view: DataView) => view.setUint16(ENTRIES, 0xffff, true), "a region for 65535"],
    [
      "a used index from nowhere",
      (view: DataView) => view.setUint16(USED_INDEX, 0x8000, true),
      "32768 buffers unsettled",
    ],
    [
      "a batch with a head beyond the queue",
      (view: DataView) => {
        view.setUint16(USED_INDEX, 0xffff, true);
        view.setUint16(LAST_BATCH_HEAD, SIZE, true);
      },
      "head 8 of 8",
    ],
  ])("%s is refused by name", (_, spoil, message) => {
    const world = new Succession();
    spoil(world.region.view);
    expect(() => world.successor()).toThrow(message);
    expect(() => world.successor()).toThrow(expect.objectContaining({ rule: "inflight-region" }));
  });

  test("a batch that is a loop ends", () => {
    const world = new Succession();
    world.region.view.setUint16(USED_INDEX, 0x10000 - SIZE, true);
    expect(world.successor().take()).toBeUndefined();
  });

  test("counters and flags of any value are put in some order, and counting goes on", () => {
    const world = new Succession();
    for (let i = 0; i < 3; i++) world.offer();
    new Uint8Array(world.region.bytes.buffer).fill(0xff, 16, 16 + 3 * 16);
    world.finish();
    world.successor();
    expect(() => world.finish()).not.toThrow();
  });

  test.each([
    ["misaligned", 4, 4096],
    ["too small", 0, SplitInflight.byteLength(SIZE) - 1],
  ])("memory that is %s is refused", (_, offset, bytes) => {
    expect(() => new SplitInflight({ mapping: new Mapping(bytes), offset, entries: SIZE })).toThrow(
      expect.objectContaining({ rule: "inflight-region" }),
    );
  });
});
