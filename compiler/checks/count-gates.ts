import type { Report } from "../diagnostics/collector.js";
import { evaluate, featuresOf, show } from "../model/evaluate.js";
import type { Expression } from "../model/expression.js";
import { fieldAt } from "../model/field-paths.js";
import { mentioned } from "../parse/expression-syntax.js";
import type { DeviceSyntax, FieldSyntax } from "../parse/syntax.js";
import { featureSets, MOST_FEATURES, ruleOf } from "./feature-sets.js";
import { allParts } from "./fields.js";
import type { Pass } from "./pass.js";

/** What counts an array is there whenever the array is: an absent field reads as 0, and would empty it silently. */
export const checkCountGates: Pass = (device, report) => {
  for (const { fields } of device.structs.values()) checkFields(device, [...fields.values()], [], 1, report);
  const seen = new Set<FieldSyntax["at"]>();
  for (const { message, kind, direction, part } of allParts(device)) {
    const own = part.filter(({ at, inlined }) => inlined === undefined && !seen.has(at));
    for (const { at } of own) seen.add(at);
    const around = [...part, ...message[direction], ...(kind?.toDevice ?? []), ...message.toDevice];
    checkFields(device, own, around, ruleOf(device, kind?.if), report);
  }
};

/** Fields that exist when a rule holds, and those beside them that may count. */
function checkFields(
  device: DeviceSyntax,
  own: readonly FieldSyntax[],
  around: readonly FieldSyntax[],
  rule: Expression,
  report: Report,
): void {
  for (const field of own) {
    const length = field.type.kind === "array" ? field.type.length : undefined;
    for (const { kind, name, at } of length ? mentioned(length) : []) {
      const count = kind === "name" ? fieldAt(device, [...own, ...around], name) : undefined;
      if (!count?.if) continue;
      const gate = ruleOf(device, count.if);
      const isAbsent = mayBeAbsent(device, gate, ["&", rule, ruleOf(device, field.if)]);
      if (isAbsent === undefined) report("F014", at, { what: `the features of "${field.name}"`, limit: MOST_FEATURES });
      else if (isAbsent) report("T027", at, { field: field.name, count: name, gate: show(gate) });
    }
  }
}

/** Whether some set of features has what is counted and not what counts it; undefined where there are too many. */
function mayBeAbsent(device: DeviceSyntax, gate: Expression, exists: Expression): boolean | undefined {
  const sets = featureSets(device, featuresOf(gate, exists));
  const holds = (rule: Expression, set: ReadonlySet<string>): boolean =>
    evaluate(rule, { feature: (name) => set.has(name), config: () => 0 }) !== 0;
  return sets?.some((set) => holds(exists, set) && !holds(gate, set));
}
