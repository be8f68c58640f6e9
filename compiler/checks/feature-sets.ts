import { evaluate, featuresOf } from "../model/evaluate.js";
import type { Expression } from "../model/expression.js";
import { ruleNames } from "../model/places.js";
import { resolve } from "../model/resolve.js";
import type { ExpressionSyntax } from "../parse/expression-syntax.js";
import type { DeviceSyntax } from "../parse/syntax.js";

/** Features that are tried in all combinations: 4096 sets. */
export const MOST_FEATURES = 12;

/**
 * All sets of the mentioned features that a driver may accept, as far as `requires` and `mandatory` say.
 *
 * Features that those require join in, as long as they are few. Undefined where too many are mentioned.
 */
export function featureSets(device: DeviceSyntax, mentioned: ReadonlySet<string>): ReadonlySet<string>[] | undefined {
  const always = mandatory(device);
  const chosen = [...mentioned].filter((name) => !device.features.get(name)?.legacy && !always.includes(name));
  if (chosen.length > MOST_FEATURES) return undefined;
  const all = withRequired(device, [...always, ...chosen]).filter((name) => !always.includes(name));
  const free = all.length > MOST_FEATURES ? chosen : all;
  const names = [...always, ...free];
  const required = new Map(names.map((name) => [name, requirement(device, name)]));
  return subsets(always, free).filter((set) => [...set].every((name) => holds(required.get(name) ?? 1, set, names)));
}

/** Features without which no set is accepted. */
export function mandatory({ features }: DeviceSyntax): readonly string[] {
  return [...features.values()].filter((feature) => feature.mandatory).map(({ name }) => name);
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
  const most = MOST_FEATURES + mandatory(device).length;
  for (const name of all) {
    if (all.size > most) break;
    for (const other of featuresOf(requirement(device, name))) all.add(other);
  }
  return [...all];
}

/** All choices of some names, each together with those that are in all. */
function subsets(always: readonly string[], free: readonly string[]): ReadonlySet<string>[] {
  const choice = (mask: number): string[] => free.filter((_, i) => (mask >> i) & 1);
  return Array.from({ length: 2 ** free.length }, (_, mask) => new Set([...always, ...choice(mask)]));
}
