import type { DeviceDescription, FeatureDescription } from "./description.js";
import { type Expression, evaluate, type Scope } from "./expression.js";
import { FeatureSet } from "./feature-set.js";
import { TransportFeature } from "./transport-features.js";

/** A feature set that a rule forbids; match on `code`. */
export class FeatureError extends Error {
  override readonly name = "FeatureError";
  readonly code = "VDEV_FEATURES";
}

/**
 * Checks what an instance wants to offer against `requires`, `offer-needs` and `conflicts`.
 *
 * @throws FeatureError that names the feature and its rule
 */
export function checkOffer(device: DeviceDescription, names: readonly string[]): FeatureSet {
  const set = new FeatureSet();
  for (const name of names) {
    const feature = device.features.find((candidate) => candidate.name === name && candidate.legacy !== true);
    if (feature === undefined) throw new FeatureError(`${device.name} has no feature ${name} to offer`);
    set.add(feature.bit);
  }
  const broken = device.features
    .map((feature) => brokenRule(device, set, feature, "offer"))
    .find((rule) => rule !== undefined);
  if (broken !== undefined) throw new FeatureError(`${device.name} cannot offer ${broken}`);
  return set;
}

/** Why a driver's choice cannot be accepted (VIRTIO 2.2); undefined where it can. */
export function refusal(device: DeviceDescription, offered: FeatureSet, accepted: FeatureSet): string | undefined {
  const extra = accepted.without(offered);
  if (!extra.isEmpty) return `${featureNames(device, extra)} was not offered`;
  if (!accepted.has(TransportFeature.VERSION_1)) return "VERSION_1 is missing: legacy drivers are not supported";
  for (const feature of device.features) {
    const broken = brokenRule(device, accepted, feature, "accept");
    if (broken !== undefined) return broken;
  }
  const rule = device.negotiation.find((expression) => !holds(device, accepted, expression));
  return rule === undefined ? undefined : `the rule ${format(rule)} does not hold`;
}

/** Removes what cannot be offered without features that are missing; tells each removal. */
export function closeUnderRules(device: DeviceDescription, set: FeatureSet, removed: (rule: string) => void): void {
  for (let again = true; again; ) {
    again = false;
    for (const feature of device.features) {
      const broken = brokenRule(device, set, feature, "offer");
      if (broken === undefined) continue;
      set.remove(feature.bit);
      removed(broken);
      again = true;
    }
  }
}

/** Names of the features in a set, device features first spelled as in the definition. */
export function featureNames(device: DeviceDescription, set: FeatureSet): string {
  return set.bits.map((bit) => featureName(device, bit)).join(", ");
}

function featureName(device: DeviceDescription, bit: number): string {
  const own = device.features.find((feature) => feature.bit === bit)?.name;
  const transport = Object.entries(TransportFeature).find(([, value]) => value === bit)?.[0];
  return own ?? transport ?? `bit ${bit}`;
}

/** The rule that a feature in the set breaks, as a sentence; undefined where it breaks none. */
function brokenRule(
  device: DeviceDescription,
  set: FeatureSet,
  feature: FeatureDescription,
  side: "offer" | "accept",
): string | undefined {
  if (!set.has(feature.bit)) {
    return side === "accept" && feature.mandatory ? `${feature.name} is mandatory` : undefined;
  }
  const rules = side === "offer" ? [feature.requires, feature.offerNeeds] : [feature.requires];
  const needed = rules.find((rule) => rule !== undefined && !holds(device, set, rule));
  if (needed !== undefined) return `${feature.name} without ${format(needed)}`;
  const conflict = feature.conflicts?.find((name) => holds(device, set, name));
  return conflict === undefined || side === "offer" ? undefined : `${feature.name} together with ${conflict}`;
}

function holds(device: DeviceDescription, set: FeatureSet, rule: Expression): boolean {
  return (
    evaluate(
      rule,
      featureScope(device, (bit) => set.has(bit)),
    ) !== 0
  );
}

/** A scope in which feature names are looked up by bit, and the configuration is given or all zero. */
export function featureScope(
  device: DeviceDescription,
  has: (bit: number) => boolean,
  config: (field: string) => number = () => 0,
): Scope {
  const bits = new Map(device.features.map((feature) => [feature.name, feature.bit]));
  return { feature: (name) => has(bits.get(name) ?? -1), config };
}

/** An expression as the definition spells it. */
function format(expression: Expression): string {
  if (typeof expression !== "object") return String(expression);
  const [operator, ...rest] = expression as readonly [string, ...Expression[]];
  if (operator === "config" || operator === "field")
    return operator === "config" ? `config.${rest[0]}` : String(rest[0]);
  const parts = rest.map((part) =>
    typeof part === "object" && part[0] !== "config" ? `(${format(part)})` : format(part),
  );
  if (operator === "?") return `${parts[0]} ? ${parts[1]} : ${parts[2]}`;
  return parts.length === 1 ? `${operator}${parts[0]}` : parts.length === 0 ? operator : parts.join(` ${operator} `);
}
