import { describe, expect, test } from "vitest";
import { type AddressSpace, MISS } from "../../runtime/memory/address-space.js";
import type { Mapping } from "../../runtime/memory/mapping.js";
import type { Chain } from "../../runtime/virtqueue/chain.js";
import { PackedQueue } from "../../runtime/virtqueue/packed-queue.js";
import { Spot } from "../../runtime/virtqueue/spot.js";
import { VirtqueueError } from "../../runtime/virtqueue/virtqueue-error.js";
import { FAR, Guest, SEAM } from "./guest.js";
import { AVAIL, RawPackedRing, USED } from "./raw-packed-ring.js";
import { INDIRECT } from "./raw-ring.js";

const RING = 0x1_0000;
const BUFFER = 0x2_0000;

/** Guest memory in which the translation of one address is missing. */
class Iotlb implements AddressSpace {
  missing: number | undefined;
  readonly #guest: Guest;

  constructor(guest: Guest, missing: number) {
    this.#guest = guest;
    this.missing = missing;
  }

  get mapping(): Mapping {
    return this.#guest.memory.mapping;
  }

  get offset(): number {
    return this.#guest.memory.offset;
  }

  translate(address: number, length: number, write: boolean): number {
    return address === this.missing ? MISS : this.#guest.memory.translate(address, length, write);
  }
}

function queueOn(ring: RawPackedRing, options: { position?: number; eventIdx?: boolean; memory?: AddressSpace } = {}) {
  const { memory = ring.guest.memory, position, eventIdx = true } = options;
  return new PackedQueue(memory, ring.layout, {
    indirect: true,
    eventIdx,
    ...(position === undefined ? {} : { position }),
    notifyUsed: () => {},
  });
}

function offer(ring: RawPackedRing, id: number): void {
  ring.describe(id, { address: BUFFER + id, length: 1 });
  ring.offer(id);
  ring.publish();
}

describe("where a ring goes on", () => {
  test("is where it stopped, in any round and in sizes that are no power of two", () => {
    const ring = new RawPackedRing(new Guest(), RING, 5);
    let queue = queueOn(ring);
    for (let i = 0; i < 37; i++) {
      offer(ring, i % 5);
      queue.put(queue.take() as Chain, 0);
      queue.publish();
      expect([ring.takeUsed(), queue.position]).toEqual([[[i % 5, 0]], ring.position]);
      queue = queueOn(ring, { position: queue.position });
    }
  });

  test("is the beginning where it is 0 in a ring that nobody has used, as User-mode Linux says", () => {
    const ring = new RawPackedRing(new Guest(), RING, 4);
    offer(ring, 2);
    const queue = queueOn(ring, { position: 0 });
    expect(queue.take()?.readableLength).toBe(1);
    expect(queue.position).toBe(0x8000_8001);
  });

  test("is the second round where it is 0 and the first was completed", () => {
    const ring = new RawPackedRing(new Guest(), RING, 4, 4);
    const queue = queueOn(ring, { position: 0 });
    expect(queue.take()).toBeUndefined();
    offer(ring, 2);
    expect(queue.take()?.readableLength).toBe(1);
  });

  test("may be said without the half of the used descriptors, as DPDK does", () => {
    const ring = new RawPackedRing(new Guest(), RING, 4, 3);
    offer(ring, 0);
    const queue = queueOn(ring, { position: 0x8003 });
    expect([queue.take()?.readableLength, queue.position]).toEqual([1, 0x8003_0000]);
  });

  test.each([0x8004_8004, 0x0004, 0x8001_8002, 0x0001_8001])("is not %i", (position) => {
    const ring = new RawPackedRing(new Guest(), RING, 4);
    expect(() => queueOn(ring, { position })).toThrow(expect.objectContaining({ rule: "ring-position" }));
  });
});

describe("whoever spins", () => {
  test("looks at flags that change when a buffer becomes available", () => {
    const ring = new RawPackedRing(new Guest(), RING, 3);
    const queue = queueOn(ring, { eventIdx: false });
    const spot = new Spot();
    const changed = () => {
      const { bytes } = spot.mapping;
      return new Uint16Array(bytes.buffer, bytes.byteOffset + spot.offset, 1)[0] !== spot.value;
    };
    for (let i = 0; i < 20; i++) {
      queue.look(spot);
      expect(changed()).toBe(false);
      offer(ring, i % 3);
      expect(changed()).toBe(true);
      queue.look(spot);
      expect(changed(), "what came before the look is seen too").toBe(true);
      queue.put(queue.take() as Chain, 0);
      queue.publish();
    }
  });
});

describe("notifications", () => {
  test("of available buffers: all, none, or that of a descriptor", () => {
    const ring = new RawPackedRing(new Guest(), RING, 4, 2);
    const asked = () => [ring.guest.u16(ring.layout.deviceArea), ring.guest.u16(ring.layout.deviceArea + 2)];
    const plain = queueOn(ring, { position: ring.position, eventIdx: false });
    plain.disarm();
    expect(asked()).toEqual([0, 1]);
    expect([plain.arm(), ...asked()]).toEqual([false, 0, 0]);
    const withEvents = queueOn(ring, { position: ring.position });
    withEvents.disarm();
    expect(asked()).toEqual([0, 1]);
    expect([withEvents.arm(), ...asked()]).toEqual([false, 0x8002, 2]);
    withEvents.disarm();
    expect(asked(), "the descriptor is passed soon").toEqual([0x8002, 2]);
  });

  test.each([true, false])("what came before the driver could know is reported (EVENT_IDX: %s)", (eventIdx) => {
    const ring = new RawPackedRing(new Guest(), RING, 4);
    const queue = queueOn(ring, { eventIdx });
    expect(queue.take()).toBeUndefined();
    offer(ring, 0);
    expect(queue.arm()).toBe(true);
  });

  test("a stopped queue takes nothing and writes nothing", () => {
    const ring = new RawPackedRing(new Guest(), RING, 4);
    const queue = queueOn(ring);
    queue.stop();
    offer(ring, 0);
    const before = ring.guest.snapshot();
    queue.disarm();
    expect([queue.take(), queue.arm()]).toEqual([undefined, false]);
    expect(ring.guest.changedOutside(before, [])).toEqual([]);
  });
});

test("memory that was taken away stops the ring at its next look", () => {
  const ring = new RawPackedRing(new Guest(), RING, 4);
  const queue = queueOn(ring);
  for (const region of ring.guest.memory.regions) for (const mapping of region.mappings) mapping.revoke();
  expect(() => queue.take()).toThrow(expect.objectContaining({ rule: "ring-address" }));
  expect(() => queue.arm()).toThrow(expect.objectContaining({ rule: "ring-address" }));
});

test("a batch is seen at once, however many buffers it has", () => {
  const ring = new RawPackedRing(new Guest(), RING, 4);
  const queue = queueOn(ring);
  for (let id = 0; id < 4; id++) offer(ring, id);
  const chains = Array.from({ length: 4 }, () => queue.take() as Chain);
  for (const chain of chains.reverse()) queue.put(chain, 0);
  expect(ring.takeUsed(), "nothing was published").toEqual([]);
  expect(ring.guest.u16(RING + 14) & (AVAIL | USED)).toBe(AVAIL);
  queue.publish();
  expect(ring.takeUsed().map(([id]) => id)).toEqual([3, 2, 1, 0]);
});

test("a buffer that is put back twice is an error of ours", () => {
  const ring = new RawPackedRing(new Guest(), RING, 4);
  const queue = queueOn(ring);
  offer(ring, 0);
  const chain = queue.take() as Chain;
  queue.put(chain, 0);
  expect(() => queue.put(chain, 0)).toThrow("completed twice");
});

test.each([
  ["of a buffer", BUFFER],
  ["of an indirect table", SEAM + 0x4000],
])("a missing translation %s leaves the buffer available until it comes", (_, missing) => {
  const ring = new RawPackedRing(new Guest(), RING, 4);
  const length = ring.table(SEAM + 0x4000, [{ address: BUFFER, length: 100 }]);
  ring.describe(2, { address: SEAM + 0x4000, length, flags: INDIRECT });
  ring.offer(2);
  ring.publish();
  const memory = new Iotlb(ring.guest, missing);
  const queue = queueOn(ring, { memory });
  expect([queue.take(), queue.take(), queue.position, queue.inFlight]).toEqual([undefined, undefined, 0x8000_8000, 0]);
  expect(queue.arm(), "nobody should come back before the translation does").toBe(false);
  memory.missing = undefined;
  const chain = queue.take() as Chain;
  expect(chain.readableLength).toBe(100);
  queue.put(chain, 0);
  queue.publish();
  expect(ring.takeUsed()).toEqual([[2, 0]]);
});

describe("a layout that cannot be used is refused", () => {
  const { layout } = new RawPackedRing(new Guest(), RING, 4);
  test.each([
    ["size 0", { size: 0 }, "queue-size"],
    ["size 32769", { size: 32769 }, "queue-size"],
    ["a size that is no integer", { size: 4.5 }, "queue-size"],
    ["a misaligned ring", { descriptorArea: RING + 8 }, "ring-address"],
    ["a misaligned driver area", { driverArea: RING + 2 }, "ring-address"],
    ["a misaligned device area", { deviceArea: RING + 2 }, "ring-address"],
    ["an unmapped ring", { descriptorArea: 0x1000 }, "ring-address"],
    ["a ring that ends outside", { descriptorArea: FAR + 0x1_0000 - 48 }, "ring-address"],
    ["a ring over two regions", { descriptorArea: SEAM - 16 }, "ring-address"],
    ["an address of 64 bits", { deviceArea: 2 ** 64 - 4096 }, "ring-address"],
  ])("%s", (_, change, rule) => {
    const { memory } = new Guest();
    const options = { indirect: true, eventIdx: true, notifyUsed: () => {} };
    const attempt = () => new PackedQueue(memory, { ...layout, ...change }, options);
    expect(attempt).toThrow(VirtqueueError);
    expect(attempt).toThrow(expect.objectContaining({ rule }));
  });
});
