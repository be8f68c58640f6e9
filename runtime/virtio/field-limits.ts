import type { Value } from "./codec.js";
import type { PartFieldDescription } from "./description.js";
import { evaluate, type Scope } from "./expression.js";
import { isPowerOfTwo } from "./integers.js";

/**
 * Holds a value against the limits of its field: an integer by its value, an array by its length, text by its characters.
 *
 * @param path what to call the field in an error
 * @throws RangeError that says the limit, also where a number is beyond 2^53-1
 */
export function checkLimits(field: PartFieldDescription, value: Value, path: string, scope: Scope): void {
  const unsafe = numbersIn(value).find((number) => !Number.isSafeInteger(number));
  const amount = amountOf(value);
  const limit = amount === undefined ? undefined : problemOf(field, amount, scope);
  const problem = unsafe === undefined ? limit : `${unsafe}, beyond 2^53-1`;
  if (problem !== undefined) throw new RangeError(`${path} ${typeof value === "object" ? "has" : "is"} ${problem}`);
}

function numbersIn(value: Value): readonly number[] {
  const values: readonly Value[] = Array.isArray(value) ? value : [value];
  return values.filter((item) => typeof item === "number");
}

function amountOf(value: Value): number | bigint | undefined {
  if (typeof value === "number" || typeof value === "bigint") return value;
  return typeof value === "string" || value instanceof Uint8Array || Array.isArray(value) ? value.length : undefined;
}

function problemOf(field: PartFieldDescription, amount: number | bigint, scope: Scope): string | undefined {
  const { min, max, multipleOf, powerOfTwo } = field;
  const least = min === undefined ? undefined : evaluate(min, scope);
  if (least !== undefined && amount < least) return `${amount}, and at least ${least} was expected`;
  const most = max === undefined ? undefined : evaluate(max, scope);
  if (most !== undefined && amount > most) return `${amount}, and at most ${most} was expected`;
  if (multipleOf !== undefined && BigInt(amount) % BigInt(multipleOf) !== 0n)
    return `${amount}, and a multiple of ${multipleOf} was expected`;
  return powerOfTwo && !isPowerOfTwo(amount) ? `${amount}, and a power of two was expected` : undefined;
}
