import { describe, expect, test } from "vitest";
import { type AddressSpace, MISS } from "../../runtime/memory/address-space.js";
import type { Mapping } from "../../runtime/memory/mapping.js";
import type { Chain } from "../../runtime/virtqueue/chain.js";
import { SplitQueue } from "../../runtime/virtqueue/split-queue.js";
import { VirtqueueError } from "../../runtime/virtqueue/virtqueue-error.js";
import { FAR, Guest, SEAM } from "./guest.js";
import { INDIRECT, RawRing, WRITE } from "./raw-ring.js";

const RING = 0x1_0000;
const BUFFER = 0x2_8000;

function queueOn(ring: RawRing, options: { indirect?: boolean; position?: number; memory?: AddressSpace } = {}) {
  return new SplitQueue(options.memory ?? ring.guest.memory, ring.layout, {
    indirect: options.indirect ?? true,
    eventIdx: false,
    position: options.position ?? 0,
    notifyUsed: () => {},
  });
}

/** The memory that a chain refers to, as bytes of each part. */
function contents(chain: Chain): { readable: number[]; writable: number } {
  const readable: number[] = [];
  for (let i = 0; i < chain.readableSegments; i++) {
    const offset = chain.offsets[i] as number;
    readable.push(...(chain.mappings[i] as Mapping).bytes.slice(offset, offset + (chain.lengths[i] as number)));
  }
  return { readable, writable: chain.writableLength };
}

describe("taking and giving back", () => {
  test.each([1, 2, 4, 256])("works for every head over more than one wrap of a queue of %i", (size) => {
    const ring = new RawRing(new Guest(), RING, size, 65530);
    const queue = queueOn(ring, { position: 65530 });
    for (let round = 0; round < size * 2 + 20; round++) {
      const head = (round * 3) % size;
      ring.describe(head, { address: BUFFER + round, length: 5, flags: WRITE });
      ring.offer(head);
      expect(queue.take()).toBeUndefined();
      ring.publish();
      const chain = queue.take() as Chain;
      expect([chain.slot, chain.offsets[0], chain.writableLength, queue.inFlight]).toEqual([
        head,
        BUFFER + round - 0x1_0000,
        5,
        1,
      ]);
      expect(queue.position).toBe((65530 + round + 1) % 65536);
      expect(queue.take()).toBeUndefined();
      queue.put(chain, 5);
      expect(ring.takeUsed()).toEqual([]);
      queue.publish();
      expect(ring.takeUsed()).toEqual([[head, 5]]);
      expect([ring.usedIndex, queue.inFlight]).toEqual([(65530 + round + 1) % 65536, 0]);
    }
  });

  test("the largest queue can be filled and emptied, twice", () => {
    const size = 32768;
    const ring = new RawRing(new Guest([{ address: RING, length: 0x10_0000 }]), RING, size);
    const queue = queueOn(ring);
    for (let head = 0; head < size; head++) ring.describe(head, { address: RING, length: 1 });
    for (let lap = 0; lap < 2; lap++) {
      for (let head = 0; head < size; head++) ring.offer(size - 1 - head);
      ring.publish();
      const chains = Array.from({ length: size }, () => queue.take() as Chain);
      expect(chains.map(({ slot }) => slot)).toEqual(Array.from({ length: size }, (_, i) => size - 1 - i));
      expect([queue.take(), queue.inFlight]).toEqual([undefined, size]);
      for (const chain of chains) queue.put(chain, 0);
      queue.publish();
      expect(ring.takeUsed()).toHaveLength(size);
    }
    expect(queue.position).toBe(0);
  });

  test("buffers come back in any order, each once", () => {
    const ring = new RawRing(new Guest(), RING, 4);
    const queue = queueOn(ring);
    for (const head of [2, 0, 3, 1]) {
      ring.describe(head, { address: BUFFER, length: 8, flags: WRITE });
      ring.offer(head);
    }
    ring.publish();
    const chains = Array.from({ length: 4 }, () => queue.take() as Chain);
    for (const i of [3, 1, 0, 2]) queue.put(chains[i] as Chain, i);
    queue.publish();
    expect(ring.takeUsed()).toEqual([
      [1, 3],
      [0, 1],
      [2, 0],
      [3, 2],
    ]);
    expect(() => queue.put(chains[0] as Chain, 0)).toThrow(/twice/);
    expect(ring.takeUsed()).toEqual([]);
  });

  test("goes on from a given index, and from the used index in memory", () => {
    const ring = new RawRing(new Guest(), RING, 8, 65535);
    ring.available = 3;
    ring.chain(5, [{ address: BUFFER, length: 1 }]);
    ring.offer(5);
    ring.publish();
    const queue = queueOn(ring, { position: 3 });
    const chain = queue.take() as Chain;
    expect(chain.slot).toBe(5);
    queue.put(chain, 0);
    queue.publish();
    expect([queue.position, ring.usedIndex]).toEqual([4, 0]);
    expect(ring.takeUsed()).toEqual([[5, 0]]);
  });

  test("an index to go on from has 16 bits, whatever a transport's message has", () => {
    const ring = new RawRing(new Guest(), RING, 8, 3);
    const queue = queueOn(ring, { position: 0x1_0003 });
    expect([queue.take(), queue.take(), queue.position]).toEqual([undefined, undefined, 3]);
  });

  test("a stopped queue takes nothing and still gives back", () => {
    const ring = new RawRing(new Guest(), RING, 4);
    const queue = queueOn(ring);
    for (const head of [0, 1]) {
      ring.describe(head, { address: BUFFER, length: 1 });
      ring.offer(head);
    }
    ring.publish();
    const chain = queue.take() as Chain;
    queue.stop();
    expect([queue.take(), queue.arm(), queue.position]).toEqual([undefined, false, 1]);
    queue.put(chain, 0);
    queue.publish();
    expect(ring.takeUsed()).toEqual([[0, 0]]);
  });
});

describe("chains", () => {
  const bytes = Array.from({ length: 64 }, (_, i) => i + 1);

  /** One message of 64 readable and 32 writable bytes over the seam of two regions, described in several ways. */
  const parts = [
    { address: SEAM - 20, length: 10 },
    { address: SEAM - 10, length: 30 },
    { address: SEAM + 20, length: 24 },
    { address: SEAM - 100, length: 1, flags: WRITE },
    { address: FAR, length: 31, flags: WRITE },
  ];

  test.each([
    ["direct", 5, BUFFER],
    ["an indirect table", 0, BUFFER],
    ["two descriptors and a table", 2, BUFFER],
    ["readable ones and a table of writable ones", 3, BUFFER],
    ["a table that is not aligned", 0, BUFFER + 3],
    ["a table in two regions, cut between descriptors", 0, SEAM - 0x1000 - 32],
    ["a table in two regions, cut inside one", 1, SEAM - 0x1000 - 24],
  ])("%s: the same bytes", (_, direct, tableAt) => {
    // The second seam is where the table straddles, so that it does not lie under the buffers.
    const guest = new Guest([
      { address: 0x1_0000, length: SEAM - 0x1000 - 0x1_0000 },
      { address: SEAM - 0x1000, length: 0x1000 },
      { address: SEAM, length: 0x1_0000 },
      { address: FAR, length: 0x1000 },
    ]);
    guest.set(SEAM - 20, bytes);
    const ring = new RawRing(guest, RING, 8);
    const rest = parts.slice(direct);
    const table = { address: tableAt, length: ring.table(tableAt, rest), flags: INDIRECT };
    ring.chain(0, rest.length > 0 ? [...parts.slice(0, direct), table] : parts);
    ring.offer(0);
    ring.publish();
    expect(contents(queueOn(ring).take() as Chain)).toEqual({ readable: bytes, writable: 32 });
  });

  test("the write flag of a descriptor that refers to a table is ignored", () => {
    const ring = new RawRing(new Guest(), RING, 4);
    ring.guest.set(SEAM - 20, bytes);
    ring.describe(0, { address: BUFFER, length: ring.table(BUFFER, parts), flags: INDIRECT | WRITE });
    ring.offer(0);
    ring.publish();
    expect(contents(queueOn(ring).take() as Chain)).toEqual({ readable: bytes, writable: 32 });
  });

  test("a descriptor without bytes adds nothing, wherever it points", () => {
    const ring = new RawRing(new Guest(), RING, 8);
    ring.guest.set(BUFFER, [7, 8]);
    ring.chain(0, [
      { address: 0 },
      { address: BUFFER, length: 2 },
      { address: 0xffff_ffff_ffff_ffffn },
      { address: 0xffff_ffff_ffff_fff0n, flags: WRITE },
      { address: BUFFER, length: 3, flags: WRITE },
    ]);
    ring.offer(0);
    ring.publish();
    const chain = queueOn(ring).take() as Chain;
    expect([contents(chain), chain.segments]).toEqual([{ readable: [7, 8], writable: 3 }, 2]);
  });

  test("a chain as long as the queue, and an indirect one of 1024, are taken", () => {
    const ring = new RawRing(new Guest(), RING, 8);
    const one = { address: BUFFER, length: 1 };
    ring.chain(0, Array(8).fill(one));
    ring.offer(0);
    ring.publish();
    const queue = queueOn(ring);
    expect(queue.take()?.readableLength).toBe(8);
    ring.describe(1, { address: SEAM, length: ring.table(SEAM, Array(1024).fill(one)), flags: INDIRECT });
    ring.offer(1);
    ring.publish();
    expect(queue.take()?.readableLength).toBe(1024);
  });
});

test("the room of a long chain is given back with it, that of a usual one is kept", () => {
  const ring = new RawRing(new Guest(), RING, 8);
  const queue = queueOn(ring);
  const kept = [128, 129].map((segments, head) => {
    const one = { address: BUFFER, length: 1 };
    ring.describe(head, { address: SEAM, length: ring.table(SEAM, Array(segments).fill(one)), flags: INDIRECT });
    ring.offer(head);
    ring.publish();
    const chain = queue.take() as Chain;
    queue.put(chain, 0);
    return chain.offsets.length;
  });
  expect(kept).toEqual([128, 4]);
});

describe("a translation that is missing", () => {
  /** Answers MISS for one page until it is told. */
  class Iotlb implements AddressSpace {
    readonly #behind: Guest;
    missing: number | undefined;
    asked = 0;

    constructor(guest: Guest, missing: number) {
      this.#behind = guest;
      this.missing = missing;
    }
    get mapping(): Mapping {
      return this.#behind.memory.mapping;
    }
    get offset(): number {
      return this.#behind.memory.offset;
    }
    translate(address: number, length: number, write: boolean): number {
      this.asked++;
      if (this.missing !== undefined && address >= this.missing && address < this.missing + 0x1000) return MISS;
      const run = this.missing === undefined ? length : Math.min(length, Math.abs(this.missing - address));
      return this.#behind.memory.translate(address, run, write);
    }
  }

  test.each([
    ["of a buffer", BUFFER, BUFFER],
    ["of the middle of a buffer", BUFFER - 50, BUFFER],
    ["of an indirect table", SEAM + 0x4000, SEAM + 0x4000],
    ["of the middle of an indirect table", SEAM + 0x4000 - 16, SEAM + 0x4000],
  ])("%s leaves the buffer available until it comes", (what, at, page) => {
    const guest = new Guest();
    const ring = new RawRing(guest, RING, 4);
    const buffers = [
      { address: 0x2_0000, length: 4 },
      { address: what.includes("table") ? BUFFER : at, length: 100 },
    ];
    const tableAt = what.includes("table") ? at : 0x2_1000;
    ring.describe(2, { address: tableAt, length: ring.table(tableAt, buffers), flags: INDIRECT });
    ring.offer(2);
    ring.publish();
    const memory = new Iotlb(guest, page);
    const queue = queueOn(ring, { memory });
    const [, ...none] = [0, queue.take(), queue.take()];
    expect([none, queue.position, queue.inFlight]).toEqual([[undefined, undefined], 0, 0]);
    expect(queue.arm(), "nobody should come back before the translation does").toBe(false);
    memory.missing = undefined;
    const chain = queue.take() as Chain;
    expect([chain.slot, chain.readableLength, queue.position]).toEqual([2, 104, 1]);
    queue.put(chain, 0);
    queue.publish();
    expect(ring.takeUsed()).toEqual([[2, 0]]);
  });
});

describe("a layout that cannot be used is refused", () => {
  const { layout } = new RawRing(new Guest(), RING, 4);
  test.each([
    ["size 0", { size: 0 }, "queue-size"],
    ["size 3", { size: 3 }, "queue-size"],
    ["size 65536", { size: 65536 }, "queue-size"],
    ["a size that is no integer", { size: 4.5 }, "queue-size"],
    ["a misaligned table", { descriptorArea: RING + 8 }, "ring-address"],
    ["a misaligned available ring", { driverArea: RING + 1 }, "ring-address"],
    ["a misaligned used ring", { deviceArea: RING + 2 }, "ring-address"],
    ["an unmapped table", { descriptorArea: 0x1000 }, "ring-address"],
    ["a used ring that ends outside", { deviceArea: FAR + 0x1_0000 - 36 }, "ring-address"],
    ["an available ring over two regions", { driverArea: SEAM - 12 }, "ring-address"],
    ["an address that is no address", { deviceArea: -4 }, "ring-address"],
    ["an address of 64 bits", { descriptorArea: 2 ** 64 - 4096 }, "ring-address"],
  ])("%s", (_, change, rule) => {
    const { memory } = new Guest();
    const options = { indirect: true, eventIdx: true, notifyUsed: () => {} };
    const attempt = () => new SplitQueue(memory, { ...layout, ...change }, options);
    expect(attempt).toThrow(VirtqueueError);
    expect(attempt).toThrow(expect.objectContaining({ rule }));
  });
});
