import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { GuestMemory } from "../../runtime/memory/guest-memory.js";
import { Mapping } from "../../runtime/memory/mapping.js";
import type { Chain } from "../../runtime/virtqueue/chain.js";
import { SplitQueue } from "../../runtime/virtqueue/split-queue.js";
import { VirtqueueError } from "../../runtime/virtqueue/virtqueue-error.js";
import { randomRuns } from "../random-runs.js";
import { EVENT_IDX, INDIRECT_DESC, Rig } from "../runtime/rig.js";
import { ToyBehaviour } from "../runtime/toy-behaviour.js";

// All of guest memory is one page of bytes that a generator chose, with the ring somewhere in it: descriptors, tables,
// buffers and rings may lie on top of each other.
const PAGE = 1024;
const BASE = 0x1000;

/** Guest memory that notes what is asked of it. */
class WatchedMemory extends GuestMemory {
  asked = 0;
  /** Offsets in the page that were asked for to be written. */
  readonly writable: Set<number> = new Set();

  override translate(address: number, length: number, write: boolean): number {
    this.asked++;
    const run = super.translate(address, length, write);
    for (let i = 0; write && i < run; i++) this.writable.add(address - BASE + i);
    return run;
  }
}

/** Numbers below a bound, from a seed: a generator of its own, for fast-check's would take most of the time. */
function numbers(seed: number): (bound: number) => number {
  let state = seed | 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

/** A page of noise, or of descriptors that are likely to get past the first checks. */
function pageOf(seed: number): Uint8Array {
  const below = numbers(seed);
  const view = new DataView(new ArrayBuffer(PAGE));
  const noise = below(4) === 0;
  for (let at = 0; at < PAGE; at += 4) view.setUint32(at, below(2 ** 32), true);
  for (let at = 0; at < PAGE && !noise; at += 16) {
    const wild = below(12) === 0;
    const flags = [0, 1, 1, 2, 3, 3, 3, 4][below(8)] as number;
    const length = below(96);
    view.setBigUint64(at, BigInt(wild ? below(2 ** 32) : BASE + below(PAGE)), true);
    view.setUint32(at + 8, below(40) === 0 ? below(2 ** 32) : flags === 4 ? length & ~15 : length, true);
    view.setUint16(at + 12, flags, true);
    view.setUint16(at + 14, wild ? below(65536) : below(8), true);
  }
  return new Uint8Array(view.buffer);
}

const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 });

const rings = fc.record({
  size: fc.constantFrom(1, 2, 8),
  table: fc.nat(40).map((i) => i * 16),
  available: fc.nat(450).map((i) => i * 2),
  used: fc.nat(220).map((i) => i * 4),
  pending: fc.nat(9),
  heads: fc.array(fc.nat(8), { minLength: 8, maxLength: 8 }),
  indirect: fc.boolean(),
  eventIdx: fc.boolean(),
});

function setUp(seed: number, ring: typeof rings extends fc.Arbitrary<infer T> ? T : never) {
  const mapping = new Mapping(PAGE);
  mapping.bytes.set(pageOf(seed));
  const guest = new WatchedMemory();
  guest.add({ guestAddress: BASE, mappings: [mapping] });
  mapping.view.setUint16(ring.available + 2, ring.pending, true);
  for (const [i, head] of ring.heads.slice(0, ring.size).entries()) {
    mapping.view.setUint16(ring.available + 4 + 2 * i, head, true);
  }
  const layout = {
    size: ring.size,
    descriptorArea: BASE + ring.table,
    driverArea: BASE + ring.available,
    deviceArea: BASE + ring.used,
  };
  return { mapping, guest, layout };
}

/** Whether the chain's segments are what they say: in memory, ordered, as long as their sum. */
function expectSound(chain: Chain): void {
  let [readable, writable] = [0, 0];
  for (let i = 0; i < chain.segments; i++) {
    const [offset, length] = [chain.offsets[i] as number, chain.lengths[i] as number];
    expect(length > 0 && offset >= 0 && offset + length <= (chain.mappings[i] as Mapping).byteLength).toBe(true);
    if (i < chain.readableSegments) readable += length;
    else writable += length;
  }
  expect([chain.readableLength, chain.writableLength]).toEqual([readable, writable]);
}

describe("random rings and descriptors", () => {
  test.prop([seeds, rings], { numRuns: randomRuns(10_000) })(
    "are taken or refused by a rule, in bounded work",
    (seed, ring) => {
      const { mapping, guest, layout } = setUp(seed, ring);
      let queue: SplitQueue;
      try {
        queue = new SplitQueue(guest, layout, { ...ring, notifyUsed: () => {} });
      } catch (error) {
        expect(error).toBeInstanceOf(VirtqueueError);
        return;
      }
      const before = mapping.bytes.slice();
      for (let taken = 0; taken <= ring.size; taken++) {
        guest.asked = 0;
        try {
          const chain = queue.take();
          if (chain === undefined) break;
          expectSound(chain);
        } catch (error) {
          expect(error).toBeInstanceOf(VirtqueueError);
          break;
        } finally {
          expect(guest.asked).toBeLessThanOrEqual(1024 + ring.size + 2);
        }
      }
      expect(queue.inFlight).toBeLessThanOrEqual(ring.size);
      expect(Buffer.compare(mapping.bytes, before), "taking writes nothing").toBe(0);
    },
  );

  test.prop([seeds, rings], { numRuns: randomRuns(5_000) })(
    "are served, or the device asks for a reset",
    (seed, ring) => {
      const { mapping, guest, layout } = setUp(seed, ring);
      const rig = new Rig(guest, new ToyBehaviour());
      const before = mapping.bytes.slice();
      rig.start([layout], ...(ring.indirect ? [INDIRECT_DESC] : []), ...(ring.eventIdx ? [EVENT_IDX] : []));
      for (let i = 0; i < 4; i++) rig.kick();
      expect([undefined, ...RULES]).toContain(rig.brokenRule);
      expect(rig.errors.length).toBeLessThanOrEqual(1);
      const strays = [...mapping.bytes.keys()].filter(
        (at) => mapping.bytes[at] !== before[at] && !guest.writable.has(at),
      );
      expect(strays, "written, but neither the used ring nor a writable buffer").toEqual([]);
    },
  );
});

const RULES = [
  "queue-size",
  "ring-address",
  "available-index",
  "descriptor-index",
  "head-in-flight",
  "chain-length",
  "descriptor-order",
  "indirect-flag",
  "indirect-table",
  "buffer-address",
  "chain-bytes",
];

describe("random requests in sound chains", () => {
  const RING = 0;
  const READ_AT = 1024;
  const WRITE_AT = 2048;

  test.prop(
    [
      fc.uint8Array({ maxLength: 200 }),
      fc.nat(5),
      fc.array(fc.nat(8), { minLength: 3, maxLength: 3 }),
      fc.nat(300),
      fc.array(fc.nat(299), { maxLength: 4 }),
    ],
    { numRuns: randomRuns(4_000) },
  )("write only where the driver let them, and always come back", (bytes, kind, counts, room, cuts) => {
    const mapping = new Mapping(4096);
    mapping.bytes.fill(0xa5);
    mapping.bytes.fill(0, RING, 512);
    const guest = new GuestMemory();
    guest.add({ guestAddress: BASE, mappings: [mapping] });
    mapping.bytes.set(bytes, READ_AT);
    if (bytes.length >= 16) mapping.bytes.set([kind, 0, 0, 0, counts[0] as number, 0, 0, 0], READ_AT);
    const edges = [0, ...cuts.filter((cut) => cut < room).sort((a, b) => a - b), room];
    const parts = edges.slice(1).map((end, i) => ({ from: edges[i] as number, length: end - (edges[i] as number) }));
    describeAt(mapping, 0, BASE + READ_AT, bytes.length, 1, 1);
    for (const [i, { from, length }] of parts.entries()) {
      const last = i === parts.length - 1;
      describeAt(mapping, i + 1, BASE + WRITE_AT + from, length, last ? 2 : 3, i + 2);
    }
    mapping.view.setUint16(258, 1, true);
    const before = mapping.bytes.slice();
    const rig = new Rig(guest, new ToyBehaviour());
    rig.start([{ size: 16, descriptorArea: BASE, driverArea: BASE + 256, deviceArea: BASE + 300 }]);
    expect([rig.errors, mapping.view.getUint16(302, true), mapping.view.getUint32(304, true)]).toEqual([[], 1, 0]);
    const used = mapping.view.getUint32(308, true);
    expect(used).toBeLessThanOrEqual(room);
    // The used ring and the room are the device's; the rest is as it was.
    for (const bytesOf of [before, mapping.bytes])
      bytesOf.fill(0, 300, 300 + 6 + 8 * 16).fill(0, WRITE_AT, WRITE_AT + room);
    expect(Buffer.compare(before, mapping.bytes)).toBe(0);
  });
});

function describeAt(
  mapping: Mapping,
  index: number,
  address: number,
  length: number,
  flags: number,
  next: number,
): void {
  mapping.view.setBigUint64(index * 16, BigInt(address), true);
  mapping.view.setUint32(index * 16 + 8, length, true);
  mapping.view.setUint16(index * 16 + 12, flags, true);
  mapping.view.setUint16(index * 16 + 14, next, true);
}
