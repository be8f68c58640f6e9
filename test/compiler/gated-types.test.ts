import { expect, test } from "vitest";
import type { ViewsConfig, ViewsFeature } from "./golden/one-name-many-views/device.js";

/** Which of the fields with conditions a configuration has. */
type Has<F extends ViewsFeature> = {
  readonly first: "first" extends keyof ViewsConfig<F> ? true : false;
  readonly second: "second" extends keyof ViewsConfig<F> ? true : false;
};

test("(A & B) | C and A & (B | C) are what they say", () => {
  const none: Has<never> = { first: false, second: false };
  const a: Has<"A"> = { first: false, second: false };
  const b: Has<"B"> = { first: false, second: false };
  const c: Has<"C"> = { first: true, second: false };
  const ab: Has<"A" | "B"> = { first: true, second: true };
  const bc: Has<"B" | "C"> = { first: true, second: false };
  const ac: Has<"A" | "C"> = { first: true, second: true };
  const all: Has<ViewsFeature> = { first: true, second: true };
  // The assertion is that this file compiles.
  expect([none, a, b, c, ab, bc, ac, all]).toHaveLength(8);
});
