import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { FeatureSet } from "../../runtime/virtio/feature-set.js";

const bits = fc.uniqueArray(fc.nat(127), { maxLength: 40 });
const ascending = (set: Iterable<number>) => [...set].sort((a, b) => a - b);

test.prop([bits, bits])("is a set of 128 bits", (a, b) => {
  const [left, right] = [FeatureSet.of(...a), FeatureSet.of(...b)];
  expect(left.bits).toEqual(ascending(a));
  expect(left.and(right).bits).toEqual(ascending(a.filter((bit) => b.includes(bit))));
  expect(left.without(right).bits).toEqual(ascending(a.filter((bit) => !b.includes(bit))));
  expect(left.isEmpty).toBe(a.length === 0);
  for (const bit of b) left.remove(bit);
  expect(left.bits).toEqual(ascending(a.filter((bit) => !b.includes(bit))));
});

test.prop([bits])("has words of 32 bits, least significant first", (all) => {
  const value = all.reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n);
  const words = [0n, 32n, 64n, 96n].map((shift) => Number((value >> shift) & 0xffff_ffffn));
  expect([...FeatureSet.of(...all).words]).toEqual(words);
  expect(FeatureSet.fromWords([...words, 0, 0]).bits).toEqual(ascending(all));
});

test("short lists of words are low bits; bits above 127 are refused, not dropped", () => {
  expect(FeatureSet.fromWords([0x8000_0001]).bits).toEqual([0, 31]);
  expect(FeatureSet.fromWords([]).isEmpty).toBe(true);
  expect(() => FeatureSet.fromWords([0, 0, 0, 0, 1])).toThrow(RangeError);
});
