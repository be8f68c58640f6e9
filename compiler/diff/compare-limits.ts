import type { Expression } from "../model/expression.js";
import { integerRange } from "../model/integer-range.js";
import type { Field, Type } from "../model/model.js";
import type { ItemPaths, Versions } from "./versions.js";
import { isAlike, witness } from "./worlds.js";

/** Who writes a field: what the driver may no longer write breaks, and so does what it never had to read. */
export type Writer = "driver" | "device";

/** Values that a field may have. */
export function compareLimits(
  versions: Versions,
  [old, now]: readonly [Field, Field],
  writers: readonly Writer[],
  what: string,
  paths: ItemPaths,
): void {
  const [isNarrower, isWider] = [narrows(versions, old, now), narrows(versions, now, old, true)];
  const breaking = writers.includes("driver") && isNarrower ? "narrower" : "wider";
  if ((writers.includes("driver") && isNarrower) || (writers.includes("device") && isWider)) {
    const who = breaking === "narrower" ? "the driver" : "the device";
    versions.report("breaking", `${what}: the limits of what ${who} writes are ${breaking}`, paths);
  } else if (isNarrower || isWider) {
    const who = writers.join(" and ");
    versions.report(
      "compatible",
      `${what}: the limits of what the ${who} writes are ${isNarrower ? "narrower" : "wider"}`,
      paths,
    );
  }
}

/** Whether the second allows less than the first. */
function narrows(versions: Versions, from: Field, to: Field, isReversed = false): boolean {
  const differs = (a: Expression, b: Expression, less: (a: number, b: number) => boolean): boolean => {
    const [before, after] = isReversed ? [b, a] : [a, b];
    const holds = isReversed ? (x: number, y: number) => less(y, x) : less;
    return !isAlike(versions, a, b) && witness(versions, before, after, holds) !== undefined;
  };
  const { min, max } = widest(from.type);
  const isRaised = to.min !== undefined && differs(from.min ?? min, to.min, (a, b) => b > a);
  const isLowered = to.max !== undefined && differs(from.max ?? max, to.max, (a, b) => b < a);
  const isCoarser = (from.multipleOf ?? 1) % (to.multipleOf ?? 1) !== 0;
  return isRaised || isLowered || isCoarser || (to.powerOfTwo && !from.powerOfTwo);
}

/** What a type allows by itself; of an array, any number of elements. */
function widest(type: Type): { readonly min: number; readonly max: number } {
  return type.kind === "integer" ? integerRange(type) : { min: 0, max: Number.MAX_SAFE_INTEGER };
}
