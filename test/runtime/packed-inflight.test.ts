import { fc, test } from "@fast-check/vitest";
import { afterEach, describe, expect, vi } from "vitest";
import { Mapping } from "../../runtime/memory/mapping.js";
import type { Chain } from "../../runtime/virtqueue/chain.js";
import { PackedInflight } from "../../runtime/virtqueue/packed-inflight.js";
import { PackedQueue } from "../../runtime/virtqueue/packed-queue.js";
import { PACKED_START } from "../../runtime/virtqueue/ring-position.js";
import { randomRuns } from "../random-runs.js";
import { Guest } from "./guest.js";
import { RawPackedRing } from "./raw-packed-ring.js";
import { WRITE } from "./raw-ring.js";

const SIZE = 8;
/** Room for the ring, and for the buffers. */
const RUNS = [
  { address: 0x1_0000, length: 0x100 },
  { address: 0x2_0000, length: 0x1000 },
];

class Crash extends Error {}

/** A driver, and one backend after the other, which have only memory in common. */
class Succession {
  readonly region = new Mapping(PackedInflight.byteLength(SIZE));
  readonly ring: RawPackedRing;
  queue: PackedQueue;
  /** Ids that the driver may give, and descriptors that it may write. */
  readonly free = new Set(Array.from({ length: SIZE }, (_, id) => id));
  room = SIZE;
  /** Buffers by the number of the offer, in which each id comes again. */
  readonly offered: string[] = [];
  readonly used: string[] = [];
  readonly #names = new Map<number, { name: string; count: number }>();
  #taken: Chain[] = [];

  constructor(start = 0) {
    this.ring = new RawPackedRing(new Guest(RUNS), 0x1_0000, SIZE, start);
    this.queue = this.successor(this.ring.position);
  }

  /** Another backend: as QEMU, its frontend does not know where a packed ring is. */
  successor(position = PACKED_START): PackedQueue {
    this.#taken = [];
    this.queue = new PackedQueue(this.ring.guest.memory, this.ring.layout, {
      indirect: false,
      eventIdx: false,
      position,
      inflight: new PackedInflight({ mapping: this.region, offset: 0, entries: SIZE }),
      notifyUsed: () => {},
    });
    return this.queue;
  }

  /** A buffer whose writable length says which one it is. */
  offer(count: number): void {
    const id = [...this.free][0];
    if (id === undefined || this.room < count) return;
    const number = this.offered.length + 1;
    this.free.delete(id);
    this.room -= count;
    const part = { address: 0x2_0000, length: 0, flags: WRITE };
    this.ring.chain(id * SIZE, [...Array.from({ length: count - 1 }, () => part), { ...part, length: number }]);
    this.ring.offer(id * SIZE, id);
    this.ring.publish();
    this.offered.push(`${number} as ${id}`);
    this.#names.set(id, { name: `${number} as ${id}`, count });
  }

  take(): void {
    const chain = this.queue.take();
    if (chain !== undefined) this.#taken.push(chain);
  }

  /** Puts one of the buffers that are out back. */
  put(which: number): void {
    const [chain] = this.#taken.splice(which % Math.max(1, this.#taken.length), 1);
    if (chain !== undefined) this.queue.put(chain, chain.writableLength);
  }

  /** Several buffers in one publication. */
  batch(count: number): void {
    for (let i = 0; i < count; i++) this.offer(1 + (i % 2));
    for (let i = 0; i < count; i++) this.take();
    for (let i = 0; i < count; i++) this.put(i);
    this.queue.publish();
  }

  /** The driver looks at what was used. */
  reap(): void {
    for (const [id, length] of this.ring.takeUsed()) {
      const { name, count } = this.#names.get(id) ?? { name: "nothing", count: 0 };
      expect(`${length} as ${id}`).toBe(name);
      this.used.push(name);
      this.free.add(id);
      this.room += count;
    }
  }

  /** Serves what there is, to the end. */
  finish(): void {
    for (let chain = this.queue.take(); chain !== undefined; chain = this.queue.take()) this.#taken.push(chain);
    for (const chain of this.#taken.splice(0)) this.queue.put(chain, chain.writableLength);
    this.queue.publish();
    this.reap();
  }

  /** The writable lengths of what is taken next. */
  takeAll(): number[] {
    const lengths: number[] = [];
    for (let chain = this.queue.take(); chain !== undefined; chain = this.queue.take())
      lengths.push(chain.writableLength);
    return lengths;
  }
}

type Step =
  | { readonly what: "batch" | "offer"; readonly count: number }
  | { readonly what: "take" | "publish" | "reap" }
  | { readonly what: "put"; readonly which: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ what: fc.constantFrom("take" as const, "publish" as const, "reap" as const) }),
    fc.record({ what: fc.constant("offer" as const), count: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ what: fc.constant("put" as const), which: fc.nat(SIZE) }),
    fc.record({ what: fc.constant("batch" as const), count: fc.integer({ min: 2, max: SIZE }) }),
  ),
  { maxLength: 80 },
);

function perform(world: Succession, step: Step): void {
  if (step.what === "put") world.put(step.which);
  else if (step.what === "batch" || step.what === "offer") world[step.what](step.count);
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

function surviving<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof Crash) return undefined;
    throw error;
  }
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a backend that dies at any store", () => {
  test.prop(
    [steps, fc.array(fc.tuple(fc.nat(160), fc.boolean()), { maxLength: 4 }), fc.nat(2 * SIZE - 1), fc.nat(12)],
    { numRuns: randomRuns(1500) },
  )("leaves what the next one needs: each buffer is used once", (plan, deaths, start, inRecovery) => {
    const world = new Succession(start);
    for (const [countdown, done] of [...deaths, undefined].map((death) => death ?? ([1e9, true] as const))) {
      dieAtStore(countdown, done);
      surviving(() => {
        for (const step of plan) perform(world, step);
      });
      vi.restoreAllMocks();
      world.reap();
      // The next one may die before it has begun.
      dieAtStore(inRecovery, done);
      surviving(() => world.successor());
      vi.restoreAllMocks();
      world.successor();
    }
    world.finish();
    expect(world.used.toSorted()).toEqual(world.offered.toSorted());
    expect([world.queue.inFlight, world.room]).toEqual([0, SIZE]);
    expect(world.queue.position).toBe(world.ring.position);
  });
});

describe("what was lost", () => {
  test("is taken first, in the order in which it was taken before", () => {
    const world = new Succession();
    for (let i = 0; i < 5; i++) world.offer(1);
    for (let i = 0; i < 4; i++) world.take();
    world.put(1);
    world.queue.publish();
    const next = world.successor();
    expect(next.arm(), "there is work, though nothing new is available").toBe(true);
    expect(world.takeAll()).toEqual([1, 3, 4, 5]);
  });

  test("waits on where the queue stops before it is taken", () => {
    const world = new Succession();
    world.offer(2);
    world.take();
    const stopped = world.successor();
    stopped.stop();
    expect(stopped.take()).toBeUndefined();
    stopped.release();
    world.successor();
    expect(world.takeAll()).toEqual([1]);
  });

  test("is nothing after an orderly stop, whatever becomes of the ring", () => {
    const world = new Succession(5);
    world.offer(2);
    world.finish();
    const { position } = world.queue;
    world.queue.stop();
    world.queue.release();
    world.offer(1);
    expect(world.successor(position).take()?.writableLength).toBe(2);
  });
});

describe("a region that no backend wrote", () => {
  const HEADER = { VERSION: 8, ENTRIES: 10, FREE: 12, OLD_FREE: 14, USED: 16, OLD_USED: 18, WRAP: 20, OLD_WRAP: 21 };
  /** The first entry, and its fields. */
  const ENTRY = { IN_FLIGHT: 32, NEXT: 34, LAST: 36, COUNT: 38, ID: 48 };

  test.each<[string, (view: DataView) => void, string]>([
    ["of another version", (view) => view.setUint16(HEADER.VERSION, 2, true), "version 2"],
    ["for another size", (view) => view.setUint16(HEADER.ENTRIES, 0xffff, true), "a region for 65535"],
    ["with a used index from nowhere", (view) => view.setUint16(HEADER.USED, SIZE, true), "position 8"],
    ["with an old used index from nowhere", (view) => view.setUint16(HEADER.OLD_USED, 0xffff, true), "position 65535"],
    ["with a wrap counter of 2", (view) => view.setUint8(HEADER.WRAP, 2), "wrap counter 2"],
    ["with an old wrap counter of 255", (view) => view.setUint8(HEADER.OLD_WRAP, 255), "wrap counter 255"],
    ["whose free list begins outside", (view) => view.setUint16(HEADER.OLD_FREE, SIZE + 1, true), "entry 9 of 8"],
    ["whose free list is a loop", (view) => view.setUint16(ENTRY.NEXT + 32 * (SIZE - 1), 4, true), "two lists"],
    ["whose free list leaves it", (view) => view.setUint16(ENTRY.NEXT + 32 * (SIZE - 1), 0xfff0, true), "entry 65520"],
    ["whose free list is short", (view) => view.setUint16(ENTRY.NEXT + 32 * 4, SIZE, true), "neither free nor"],
    ["with a buffer of no descriptors", (view) => view.setUint16(ENTRY.COUNT, 0, true), "without descriptors"],
    ["with a buffer of 65535 descriptors", (view) => view.setUint16(ENTRY.COUNT, 0xffff, true), "two lists"],
    ["with a buffer that leaves it", (view) => view.setUint16(ENTRY.NEXT, 0xffff, true), "entry 65535"],
    ["with a flag for half a buffer", (view) => view.setUint8(ENTRY.IN_FLIGHT + 32, 1), "without descriptors"],
  ])("%s is refused by name", (_, spoil, message) => {
    const world = new Succession();
    world.offer(3);
    world.take();
    spoil(world.region.view);
    expect(() => world.successor()).toThrow(message);
    expect(() => world.successor()).toThrow(expect.objectContaining({ rule: "inflight-region" }));
  });

  test.each([
    ["an id beyond the queue", (view: DataView) => view.setUint16(ENTRY.ID + 32 * 2, 0x9000, true), "descriptor-index"],
    [
      "an address beyond memory",
      (view: DataView) => view.setBigUint64(ENTRY.ID + 8 + 32 * 2, 0xdead_0000_0000_0000n, true),
      "buffer-address",
    ],
  ])("whose buffer has %s stops the queue as the ring's own would", (_, spoil, rule) => {
    const world = new Succession();
    world.offer(3);
    world.take();
    spoil(world.region.view);
    const next = world.successor();
    expect(() => next.take()).toThrow(expect.objectContaining({ rule }));
  });

  test("counters and flags of any value are put in some order, and counting goes on", () => {
    const world = new Succession();
    for (let i = 0; i < 3; i++) world.offer(1);
    for (let i = 0; i < 3; i++) world.take();
    for (let i = 0; i < 3; i++) {
      world.region.view.setBigUint64(ENTRY.IN_FLIGHT + 32 * i + 8, 2n ** 64n - 1n, true);
      world.region.view.setUint8(ENTRY.IN_FLIGHT + 32 * i, 255);
    }
    world.successor();
    world.finish();
    expect(world.used).toHaveLength(3);
  });

  test("what the frontend changes while the queue runs does nothing to it", () => {
    const world = new Succession();
    for (let round = 0; round < 20; round++) {
      world.region.bytes.fill(round * 13, 32);
      world.batch(3);
      world.reap();
    }
    expect(world.used.toSorted()).toEqual(world.offered.toSorted());
  });

  test.each([
    ["misaligned", 4, 4096],
    ["too small", 0, PackedInflight.byteLength(SIZE) - 1],
  ])("memory that is %s is refused", (_, offset, bytes) => {
    expect(() => new PackedInflight({ mapping: new Mapping(bytes), offset, entries: SIZE })).toThrow(
      expect.objectContaining({ rule: "inflight-region" }),
    );
  });
});
