import { evaluate, featuresOf } from "../model/evaluate.js";
import type { Expression } from "../model/expression.js";
import { ruleNames } from "../model/places.js";
import { resolve } from "../model/resolve.js";
import type { ExpressionSyntax } from "../parse/expression-syntax.js";
import type { DeviceSyntax } from "../parse/syntax.js";

/** Features that are tried in all combinations: 4096 sets. */
export const MOST_FEATURES = 12;

/**
 * All sets of the mentioned features that a driver may accept, as far as `requires` says.
 *
 * Features that those require join in, as long as they are few. Undefined where too many are mentioned.
 */
export function featureSets(device: DeviceSyntax, mentioned: ReadonlySet<string>): ReadonlySet<string>[] | undefined {
  const offered = [...mentioned].filter((name) => !device.features.get(name)?.legacy);
  if (offered.length > MOST_FEATURES) return undefined;
  const all = withRequired(device, offered);
  const names = all.length > MOST_FEATURES ? offered : all;
  const required = new Map(names.map((name) => [name, requirement(device, name)]));
  return subsets(names).filter((set) => [...set].every((name) => holds(required.get(name) ?? 1, set, names)));
}

/** An expression over features, resolved. */
export function ruleOf(device: DeviceSyntax, syntax: ExpressionSyntax | undefined): Expression {
  return syntax ? resolve(syntax, ruleNames(device)) : 1;
}

function requirement(device: DeviceSyntax, name: string): Expression {
  return ruleOf(device, device.features.get(name)?.requires);
}

/** A rule that speaks of features that are not tried says nothing. */
function holds(rule: Expression, set: ReadonlySet<string>, names: readonly string[]): boolean {
  const known = [...featuresOf(rule)].every((name) => names.includes(name));
  return !known || evaluate(rule, { feature: (name) => set.has(name), config: () => 0 }) !== 0;
}

function withRequired(device: DeviceSyntax, names: readonly string[]): string[] {
  const all = new Set(names);
  for (const name of all) {
    if (all.size > MOST_FEATURES) break;
    for (const other of featuresOf(requirement(device, name))) all.add(other);
  }
  return [...all];
}

function subsets(names: readonly string[]): ReadonlySet<string>[] {
  return Array.from({ length: 2 ** names.length }, (_, mask) => new Set(names.filter((_, i) => (mask >> i) & 1)));
}
