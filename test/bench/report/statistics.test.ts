import { test as property } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { count, figure } from "./format.js";
import { ratioOf, spreadOf } from "./statistics.js";

describe("the spread of measurements", () => {
  test.each([
    [[3], { median: 3, min: 3, max: 3 }],
    [[5, 1, 3], { median: 3, min: 1, max: 5 }],
    [[10, 9, 1, 2], { median: 5.5, min: 1, max: 10 }],
  ])("of %j", (values, expected) => expect(spreadOf(values)).toEqual(expected));

  property.prop([fc.array(fc.integer(), { minLength: 1 })])("has half of the values on each side", (values) => {
    const { median, min, max } = spreadOf(values);
    const below = values.filter((value) => value < median).length;
    const above = values.filter((value) => value > median).length;
    expect(Math.max(below, above) * 2).toBeLessThanOrEqual(values.length);
    expect([min, max]).toEqual([Math.min(...values), Math.max(...values)]);
  });

  test.each([[[]], [[1, Number.NaN]]])("of %j is refused", (values) =>
    expect(() => spreadOf(values)).toThrow(RangeError),
  );

  test("compares medians", () => expect(ratioOf(spreadOf([2, 100, 3]), spreadOf([2]))).toBe(1.5));
});

test("figures have three digits, and no more decimals than two", () => {
  expect([0, 0.0312, 1.2345, 12.345, 123.45, 1234.5].map(figure)).toEqual(["0", "0.03", "1.23", "12.3", "123", "1235"]);
});

test("counts have letters", () => {
  expect([7, 999, 999.9, 28_912, 1_234_567].map(count)).toEqual(["7.00", "999", "1.00k", "28.9k", "1.23M"]);
});
