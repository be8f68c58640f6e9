import { evaluate, featuresOf } from "../model/evaluate.js";
import type { DeviceModel } from "../model/model.js";

/** Features that are tried in all combinations: 4096 sets. */
const MOST_FEATURES = 12;

/** Sets of features, and what was left out to have few enough. */
export interface FeatureSets {
  readonly sets: readonly ReadonlySet<string>[];
  /** Features that no set has, though they were mentioned. */
  readonly untried: readonly string[];
}

/**
 * All sets of the mentioned features that an old driver may have accepted, as far as `requires` and `mandatory` say.
 *
 * Features that those require are tried as well where all are few. Of more than 12 mentioned ones, the 12 of the lowest bits
 * are tried, and the others are off: the same ones each time.
 */
export function acceptedSets(device: DeviceModel, mentioned: ReadonlySet<string>): FeatureSets {
  const always = device.features.filter(({ mandatory }) => mandatory).map(({ name }) => name);
  const free = device.features.filter(({ name, mandatory }) => mentioned.has(name) && !mandatory);
  const names = free.sort((a, b) => a.bit - b.bit).map(({ name }) => name);
  const tried = names.slice(0, MOST_FEATURES);
  const all = withRequired(device, [...always, ...tried]).filter((name) => !always.includes(name));
  const isSmall = all.length <= MOST_FEATURES;
  const sets = subsets(isSmall ? all : tried).map((set) => new Set([...always, ...set]));
  const isAccepted = (set: ReadonlySet<string>): boolean =>
    isSmall ? missing(device, set).length === 0 : isExtensible(device, set, names);
  return { sets: sets.filter(isAccepted), untried: names.slice(MOST_FEATURES) };
}

/** Whether features beside the mentioned ones can be had that satisfy what a set requires: the most that go together. */
function isExtensible(device: DeviceModel, set: ReadonlySet<string>, mentioned: readonly string[]): boolean {
  const others = device.features.filter(({ name, legacy }) => !legacy && !mentioned.includes(name));
  const extended = new Set([...set, ...others.map(({ name }) => name)]);
  for (;;) {
    const broken = missing(device, extended);
    if (broken.length === 0) return true;
    if (broken.some((name) => set.has(name))) return false;
    for (const name of broken) extended.delete(name);
  }
}

/** Features of a set that lack what they require. */
function missing({ features }: DeviceModel, set: ReadonlySet<string>): string[] {
  const scope = { feature: (name: string) => set.has(name), config: () => 0 };
  const broken = features.filter(({ name, requires = 1 }) => set.has(name) && evaluate(requires, scope) === 0);
  return broken.map(({ name }) => name);
}

function withRequired({ features }: DeviceModel, names: readonly string[]): string[] {
  const all = new Set(names);
  for (const name of all) {
    const requires = features.find((feature) => feature.name === name)?.requires ?? 1;
    for (const other of featuresOf(requires)) all.add(other);
  }
  return [...all];
}

function subsets(names: readonly string[]): ReadonlySet<string>[] {
  return Array.from({ length: 2 ** names.length }, (_, mask) => new Set(names.filter((_, i) => (mask >> i) & 1)));
}
