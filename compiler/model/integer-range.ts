import type { IntegerType } from "./model.js";

/** Least and greatest value of an integer type, as far as JavaScript's numbers go. */
export function integerRange({ width, signed }: Pick<IntegerType, "width" | "signed">): {
  readonly min: number;
  readonly max: number;
} {
  const bits = signed ? width * 8 - 1 : width * 8;
  const max = Math.min(2 ** bits - 1, Number.MAX_SAFE_INTEGER);
  return { min: signed ? -max - 1 : 0, max };
}
