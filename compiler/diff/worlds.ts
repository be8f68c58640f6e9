import { configOf, evaluate, featuresOf, numbersOf } from "../model/evaluate.js";
import type { Expression, Scope } from "../model/expression.js";
import { integerRange } from "../model/integer-range.js";
import type { ConfigField, DeviceModel } from "../model/model.js";
import { innermost } from "../model/types.js";
import { acceptedSets } from "./feature-sets.js";
import type { Versions } from "./versions.js";

/** Configuration fields whose values are combined; the values of further ones go along. */
const MOST_COMBINED = 3;

/** A combination that was possible before: old features, values of the configuration. */
export interface World {
  readonly old: Scope;
  /** The same, in the names of the new version; its new features are off. */
  readonly new: Scope;
  /** In words: ` (with MQ, config.num_queues = 2)`. */
  readonly shown: string;
}

/** Every combination of what expressions of both versions mention, as far as the old version allowed it. */
export function worldsOf(versions: Versions, before: readonly Expression[], after: readonly Expression[]): World[] {
  const features = [...featuresOf(...before), ...[...featuresOf(...after)].map((name) => versions.oldFeature(name))];
  const mentioned = new Set(features.filter((name) => name !== undefined));
  const { sets, untried } = acceptedSets(versions.old, mentioned);
  versions.noteUntried(mentioned.size, untried);
  const names = [...new Set([...configOf(...before), ...configOf(...after)])];
  const samples = samplesOf(versions.old, names, [...numbersOf(...before, ...after)]);
  return sets.flatMap((set) => samples.map((config) => world(versions, set, config)));
}

/** Value of an expression of each version. */
export function valuesIn(world: World, before: Expression, after: Expression, n = 0): [number, number] {
  return [evaluate(before, { ...world.old, n }), evaluate(after, { ...world.new, n })];
}

/** The first combination in which something holds. */
export function witness(
  versions: Versions,
  before: Expression | undefined,
  after: Expression | undefined,
  differ: (before: number, after: number) => boolean,
): World | undefined {
  const [old, now] = [before ?? 1, after ?? 1];
  return worldsOf(versions, [old], [now]).find((candidate) => differ(...valuesIn(candidate, old, now)));
}

/** Whether expressions are written alike, over features that have the same names: then nothing is to be tried. */
export function isAlike(versions: Versions, before: Expression | undefined, after: Expression | undefined): boolean {
  if (JSON.stringify(before) !== JSON.stringify(after)) return false;
  return [...featuresOf(before)].every((name) => versions.oldFeature(name) === name);
}

/** Whether something of the new version is there in no combination that was possible before. */
export function isOnlyWithNew(versions: Versions, gate: Expression | undefined): boolean {
  return gate !== undefined && witness(versions, 0, gate, (_, after) => after !== 0) === undefined;
}

function world(versions: Versions, set: ReadonlySet<string>, values: ReadonlyMap<string, number>): World {
  const config = (name: string): number => values.get(name) ?? 0;
  const names = [...set, ...[...values].map(([name, value]) => `config.${name} = ${value}`)];
  return {
    old: { feature: (name) => set.has(name), config, field: () => 0 },
    new: { feature: (name) => set.has(versions.oldFeature(name) ?? ""), config, field: () => 0 },
    shown: names.length === 0 ? "" : ` (with ${names.join(", ")})`,
  };
}

/** Combinations of the values at which expressions usually break: 1, 2, 3, the limits, and about the numbers that they name. */
function samplesOf(
  { config }: DeviceModel,
  names: readonly string[],
  numbers: readonly number[],
): ReadonlyMap<string, number>[] {
  let combinations: ReadonlyMap<string, number>[] = [new Map()];
  for (const [i, name] of names.entries()) {
    const values = valuesOf(
      config.fields.find((field) => field.name === name),
      numbers,
    );
    combinations =
      i < MOST_COMBINED
        ? combinations.flatMap((map) => values.map((value) => new Map(map).set(name, value)))
        : combinations.map((map, j) => new Map(map).set(name, values[j % values.length] as number));
  }
  return combinations;
}

function valuesOf(field: ConfigField | undefined, numbers: readonly number[]): number[] {
  if (field === undefined) return [0];
  const type = innermost(field.type);
  const widest = type.kind === "integer" ? integerRange(type).max : 0;
  const max = typeof field.max === "number" ? field.max : widest;
  const min = typeof field.min === "number" ? field.min : 0;
  const near = numbers.flatMap((number) => [number - 1, number, number + 1]);
  return [...new Set([1, 2, 3, min, max, ...near].filter((value) => value >= min && value <= max))];
}
