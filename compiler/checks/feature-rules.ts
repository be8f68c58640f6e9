import type { Report } from "../diagnostics/collector.js";
import { evaluate, featuresOf } from "../model/evaluate.js";
import type { Expression } from "../model/expression.js";
import type { DeviceSyntax, FeatureSyntax } from "../parse/syntax.js";
import { featureSets, MOST_FEATURES, mandatory, ruleOf } from "./feature-sets.js";
import type { Pass } from "./pass.js";

/** Rules about features can be kept. */
export const checkFeatureRules: Pass = (device, report) => {
  const done = new Set<string>();
  for (const feature of device.features.values()) {
    checkCircle(device, feature, [], done, report);
    checkConflict(device, feature, report);
  }
  checkNegotiation(device, report);
};

/** Features without which a rule cannot hold. */
function needed(rule: Expression): string[] {
  if (typeof rule === "string") return [rule];
  return typeof rule === "object" && rule[0] === "&" ? [...needed(rule[1]), ...needed(rule[2])] : [];
}

function checkCircle(
  device: DeviceSyntax,
  { name, at, requires }: FeatureSyntax,
  path: string[],
  done: Set<string>,
  report: Report,
): void {
  if (path.includes(name)) {
    done.add(name);
    return report("F007", at, { circle: [...path.slice(path.indexOf(name)), name].join(" -> ") });
  }
  if (done.has(name)) return;
  for (const other of needed(ruleOf(device, requires))) {
    const feature = device.features.get(other);
    if (feature) checkCircle(device, feature, [...path, name], done, report);
  }
  done.add(name);
}

/** A feature that excludes what is always there is as good as none, whichever of the two says so. */
function checkConflict(device: DeviceSyntax, { name, requires, conflicts }: FeatureSyntax, report: Report): void {
  const required = needed(ruleOf(device, requires));
  const always = mandatory(device);
  for (const { value, at } of conflicts) {
    if (value === name) report("F008", at, { feature: name, other: value, why: "is the feature itself" });
    else if (required.includes(value)) report("F008", at, { feature: name, other: value, why: "it requires" });
    else if (always.includes(value)) report("F008", at, { feature: name, other: value, why: "is mandatory" });
    else if (always.includes(name)) report("F008", at, { feature: value, other: name, why: "is mandatory" });
  }
}

/** Each rule is tried together with those before it, so that the report is at the one that is too much. */
function checkNegotiation(device: DeviceSyntax, report: Report): void {
  const rules: Expression[] = [];
  for (const { rule, at } of device.negotiation) {
    const own = ruleOf(device, rule);
    const sets = featureSets(device, featuresOf(...rules, own));
    if (!sets) return report("F014", at, { what: "the features of the rules", limit: MOST_FEATURES });
    const before = sets.filter((set) => isAccepted(device, set, rules));
    const after = before.filter((set) => isAccepted(device, set, [own]));
    if (after.length === 0) return report("F013", at, {});
    if (after.length === before.length) report("F017", at, {});
    rules.push(own);
  }
}

function isAccepted({ features }: DeviceSyntax, set: ReadonlySet<string>, rules: readonly Expression[]): boolean {
  const conflicting = [...set].some((name) => features.get(name)?.conflicts.some(({ value }) => set.has(value)));
  return (
    !conflicting && rules.every((rule) => evaluate(rule, { feature: (name) => set.has(name), config: () => 0 }) !== 0)
  );
}
