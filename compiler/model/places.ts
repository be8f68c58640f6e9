import type { DeviceSyntax, FieldSyntax } from "../parse/syntax.js";
import { sizeOf } from "./evaluate.js";
import type { Expression } from "./expression.js";
import { integersIn } from "./field-paths.js";
import { type NameProblem, type Names, resolve } from "./resolve.js";

/** Operators and operands of one derived name: each may use those before it, so sizes multiply. */
export const LARGEST_DERIVED = 1000;

/** Features only: `requires`, `if` and the like. */
export function ruleNames(device: DeviceSyntax): Names {
  return { device, features: true };
}

/** A queue's count, `fails-if`. */
export function countNames(device: DeviceSyntax): Names {
  return { device, features: true, config: true, derived: derivedOf(device) };
}

/** A queue's index. */
export function indexNames(device: DeviceSyntax): Names {
  return { ...countNames(device), n: true };
}

/** Constants only: lengths and limits in structs and in the configuration space. */
export function constantNames(device: DeviceSyntax): Names {
  return { device };
}

/** Limits of message fields. */
export function limitNames(device: DeviceSyntax): Names {
  return countNames(device);
}

/** Lengths of arrays in messages. */
export function lengthNames(device: DeviceSyntax, fields: readonly FieldSyntax[]): Names {
  return { device, config: true, fields: [integersIn(device, fields)] };
}

/** What each derived name stands for. Names that are wrong or too large count as 0 and are called back for. */
export function resolveDerived(
  device: DeviceSyntax,
  problem?: (problem: NameProblem) => void,
  large?: (name: string) => void,
): ReadonlyMap<string, Expression> {
  const derived = new Map<string, Expression>();
  const names: Names = { device, features: true, config: true, derived };
  for (const [name, { value = nothing }] of device.derived) {
    const expression = resolve(value, names, problem);
    const isLarge = sizeOf(expression, LARGEST_DERIVED) >= LARGEST_DERIVED;
    if (isLarge) large?.(name);
    derived.set(name, isLarge ? 0 : expression);
  }
  return derived;
}

const nothing = { kind: "number", value: 0 } as const;

const known = new WeakMap<DeviceSyntax, ReadonlyMap<string, Expression>>();

function derivedOf(device: DeviceSyntax): ReadonlyMap<string, Expression> {
  const found = known.get(device) ?? resolveDerived(device);
  known.set(device, found);
  return found;
}
