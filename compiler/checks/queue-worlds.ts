import { constantOf } from "../model/constants.js";
import { configOf, evaluate } from "../model/evaluate.js";
import type { Expression, Scope } from "../model/expression.js";
import { integerRange } from "../model/integer-range.js";
import { countNames, indexNames } from "../model/places.js";
import { resolve } from "../model/resolve.js";
import type { DeviceSyntax, FieldSyntax, QueueSyntax } from "../parse/syntax.js";
import { innermost } from "../parse/type-syntax.js";
import { ConfigGates } from "./config-gates.js";
import { featureSets, ruleOf } from "./feature-sets.js";

/** A queue with its expressions resolved. */
export interface ResolvedQueue {
  readonly syntax: QueueSyntax;
  readonly index: Expression;
  readonly count: Expression;
  readonly if: Expression;
}

/** One set of negotiated features together with values of the configuration. */
export interface World {
  readonly features: ReadonlySet<string>;
  readonly config: ReadonlyMap<string, number>;
  readonly scope: Scope;
  /** In words: ` (MQ off, config.num_queues = 2)`. */
  readonly shown: string;
}

/** Configuration fields whose values are combined; the values of further ones go along. */
const MOST_COMBINED = 3;

export function resolveQueues(device: DeviceSyntax): ResolvedQueue[] {
  return [...device.queues.values()].map((syntax) => ({
    syntax,
    index: syntax.index ? resolve(syntax.index, indexNames(device)) : 0,
    count: syntax.count ? resolve(syntax.count, countNames(device)) : 1,
    if: ruleOf(device, syntax.if),
  }));
}

/** Every combination that the queues can tell apart; undefined where there are too many. */
export function worldsOf(device: DeviceSyntax, queues: readonly ResolvedQueue[]): Generator<World> | undefined {
  const expressions = queues.flatMap((queue) => [queue.index, queue.count, queue.if]);
  const mentioned = new ConfigGates(device).featuresFor(...expressions);
  const sets = featureSets(device, mentioned);
  return sets && combine(sets, mentioned, samplesOf(device, [...configOf(...expressions)]));
}

function* combine(
  sets: readonly ReadonlySet<string>[],
  mentioned: ReadonlySet<string>,
  samples: readonly ReadonlyMap<string, number>[],
): Generator<World> {
  for (const features of sets) for (const config of samples) yield world(features, mentioned, config);
}

function world(
  features: ReadonlySet<string>,
  mentioned: ReadonlySet<string>,
  config: ReadonlyMap<string, number>,
): World {
  return {
    features,
    config,
    scope: { feature: (name) => features.has(name), config: (name) => config.get(name) ?? 0 },
    get shown(): string {
      const switches = [...mentioned].map((name) => `${name} ${features.has(name) ? "on" : "off"}`);
      const all = [...switches, ...[...config].map(([name, value]) => `config.${name} = ${value}`)];
      return all.length === 0 ? "" : ` (${all.join(", ")})`;
    },
  };
}

/** Combinations of the values at which expressions usually break: 1, 2, 3 and the limits. */
function samplesOf(device: DeviceSyntax, names: readonly string[]): ReadonlyMap<string, number>[] {
  let combinations: ReadonlyMap<string, number>[] = [new Map()];
  for (const [i, name] of names.entries()) {
    const field = device.config?.fields.get(name);
    const values = field ? valuesOf(device, field) : [0];
    combinations =
      i < MOST_COMBINED
        ? combinations.flatMap((map) => values.map((value) => new Map(map).set(name, value)))
        : combinations.map((map, j) => new Map(map).set(name, values[j % values.length] as number));
  }
  return combinations;
}

function valuesOf(device: DeviceSyntax, field: FieldSyntax): number[] {
  const type = innermost(field.type);
  const max = constantOf(device, field.max) ?? (type.kind === "integer" ? integerRange(type).max : 0);
  const min = constantOf(device, field.min);
  const inside = [1, 2, 3].filter((value) => value <= max && value >= (min ?? 0));
  return [...new Set([...(min === undefined ? [] : [min]), ...inside, max])];
}

/** Value of an expression for one instance of a queue. */
export function valueIn(world: World, expression: Expression, n: number): number {
  return evaluate(expression, { ...world.scope, n });
}
