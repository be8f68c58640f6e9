import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { UNMAPPED } from "../../runtime/memory/address-space.js";
import { GuestMemory } from "../../runtime/memory/guest-memory.js";
import { MAPPING_MAX, Mapping, mappingsOf } from "../../runtime/memory/mapping.js";

function region(guestAddress: number, length: number) {
  return { guestAddress, mappings: [new Mapping(length)] };
}

function tableOf(...regions: ReturnType<typeof region>[]): GuestMemory {
  const memory = new GuestMemory();
  for (const each of regions) memory.add(each);
  return memory;
}

describe("translation", () => {
  test("nothing is mapped in an empty table", () => {
    expect(new GuestMemory().translate(0, 1, false)).toBe(UNMAPPED);
  });

  test("ends where the region ends, on both sides", () => {
    const low = region(0x1000, 0x100);
    const high = region(0x1100, 0x100);
    const memory = tableOf(high, low);
    expect(memory.translate(0xfff, 1, false)).toBe(UNMAPPED);
    expect(memory.translate(0x1000, 0x100, false)).toBe(0x100);
    expect([memory.mapping, memory.offset]).toEqual([low.mappings[0], 0]);
    expect(memory.translate(0x10ff, 0x40, true)).toBe(1);
    expect([memory.mapping, memory.offset]).toEqual([low.mappings[0], 0xff]);
    expect(memory.translate(0x1100, 0x40, true)).toBe(0x40);
    expect([memory.mapping, memory.offset]).toEqual([high.mappings[0], 0]);
    expect(memory.translate(0x11ff, 2, false)).toBe(1);
    expect(memory.translate(0x1200, 1, false)).toBe(UNMAPPED);
  });

  test("an address that only rounding would bring into the last region is not mapped", () => {
    const memory = tableOf(region(Number.MAX_SAFE_INTEGER - 0x100, 0x100));
    expect(memory.translate(Number.MAX_SAFE_INTEGER - 1, 1, false)).toBe(1);
    expect(memory.translate(Number.MAX_SAFE_INTEGER, 1, false)).toBe(UNMAPPED);
    expect(memory.translate(2 ** 64, 1, false)).toBe(UNMAPPED);
    expect(memory.translate(2 ** 53 + 2, 1, false)).toBe(UNMAPPED);
  });

  test("509 regions in any order of adding", () => {
    const memory = new GuestMemory();
    const order = Array.from({ length: 509 }, (_, i) => (i * 211) % 509);
    for (const i of order) memory.add(region(0x1_0000_0000 + i * 0x2000, 0x1000));
    expect(memory.regions.map(({ guestAddress }) => guestAddress)).toEqual(
      Array.from({ length: 509 }, (_, i) => 0x1_0000_0000 + i * 0x2000),
    );
    for (const i of order) {
      const start = 0x1_0000_0000 + i * 0x2000;
      expect(memory.translate(start + 0xfff, 0x1000, false)).toBe(1);
      expect(memory.offset).toBe(0xfff);
      expect(memory.translate(start + 0x1000, 1, false)).toBe(UNMAPPED);
    }
  });

  test.prop([
    fc.uniqueArray(fc.nat(40), { minLength: 1, maxLength: 12 }),
    fc.array(fc.nat(41 * 16), { maxLength: 40 }),
    fc.integer({ min: 1, max: 64 }),
  ])("agrees with a search through the list of regions", (slots, addresses, length) => {
    const memory = tableOf(...slots.map((slot) => region(slot * 16, 16)));
    for (const address of addresses) {
      const expected = slots.includes(address >> 4) ? Math.min(16 - (address & 15), length) : UNMAPPED;
      expect(memory.translate(address, length, false)).toBe(expected);
      if (expected !== UNMAPPED) expect(memory.offset).toBe(address & 15);
    }
  });
});

describe("the table", () => {
  test.each([
    ["inside", 0x1010, 0x10],
    ["around", 0x0f00, 0x400],
    ["the first byte", 0x0fff, 2],
    ["the last byte", 0x10ff, 1],
    ["the same", 0x1000, 0x100],
  ])("refuses a region that overlaps another: %s", (_, start, length) => {
    const memory = tableOf(region(0x1000, 0x100));
    expect(() => memory.add(region(start, length))).toThrow(expect.objectContaining({ code: "VDEV_REGION_OVERLAP" }));
    expect(memory.regions).toHaveLength(1);
    expect(memory.translate(start, length, false)).toBe(start >= 0x1000 ? Math.min(length, 0x1100 - start) : UNMAPPED);
  });

  test.each([
    ["an empty region", 0x1000, [0], "VDEV_REGION_EMPTY"],
    ["no memory at all", 0x1000, [], "VDEV_REGION_EMPTY"],
    ["a short mapping before another", 0x1000, [16, 16], "VDEV_REGION_EMPTY"],
    ["a negative address", -16, [32], "VDEV_REGION_RANGE"],
    ["an end above 2^53-1", Number.MAX_SAFE_INTEGER - 15, [17], "VDEV_REGION_RANGE"],
    ["an address that is no integer", 0.5, [16], "VDEV_REGION_RANGE"],
  ])("refuses %s", (_, guestAddress, lengths, code) => {
    const memory = new GuestMemory();
    const mappings = lengths.map((length) => new Mapping(length));
    expect(() => memory.add({ guestAddress, mappings })).toThrow(expect.objectContaining({ code }));
    expect(memory.regions).toHaveLength(0);
  });

  test("a removed region is revoked and unmapped, its neighbours stay", () => {
    const [low, middle, high] = [region(0, 16), region(16, 16), region(32, 16)];
    const memory = tableOf(low, middle, high);
    expect(memory.translate(20, 4, true)).toBe(4);
    expect(memory.remove(16)).toBe(true);
    expect(memory.translate(20, 4, true)).toBe(UNMAPPED);
    expect(memory.mapping.byteLength).toBe(0);
    expect([low, middle, high].map(({ mappings }) => mappings[0]?.revoked)).toEqual([false, true, false]);
    expect(memory.translate(15, 4, true)).toBe(1);
    expect(memory.translate(32, 4, true)).toBe(4);
    expect(memory.remove(20)).toBe(false);
    memory.add(region(16, 16));
    expect(memory.translate(20, 4, true)).toBe(4);
    memory.clear();
    expect(memory.regions).toHaveLength(0);
    expect(memory.translate(0, 1, false)).toBe(UNMAPPED);
  });
});

describe("a buffer larger than a mapping may be", () => {
  test("is cut, and translation stops at the cut", () => {
    // Pages that nobody touches take no memory, so the real limit can be tested.
    const mappings = mappingsOf(new SharedArrayBuffer(MAPPING_MAX + 64));
    expect(mappings.map(({ byteLength }) => byteLength)).toEqual([MAPPING_MAX, 64]);
    const memory = new GuestMemory();
    memory.add({ guestAddress: 0x1000, mappings });
    expect(memory.translate(0x1000 + MAPPING_MAX - 3, 10, true)).toBe(3);
    expect([memory.mapping, memory.offset]).toEqual([mappings[0], MAPPING_MAX - 3]);
    expect(memory.translate(0x1000 + MAPPING_MAX, 10, true)).toBe(10);
    expect([memory.mapping, memory.offset]).toEqual([mappings[1], 0]);
    expect(memory.translate(0x1000 + MAPPING_MAX + 64, 1, true)).toBe(UNMAPPED);
  });

  test("a part of a buffer is cut from where the part begins", () => {
    const [mapping, ...others] = mappingsOf(new ArrayBuffer(64), 16, 32);
    expect(others).toEqual([]);
    expect([mapping?.bytes.byteOffset, mapping?.byteLength, mapping?.words.length]).toEqual([16, 32, 8]);
    expect(mappingsOf(new ArrayBuffer(64), 16).map(({ byteLength }) => byteLength)).toEqual([48]);
  });
});
