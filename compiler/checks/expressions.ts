import type { Report } from "../diagnostics/collector.js";
import { didYouMean } from "../diagnostics/did-you-mean.js";
import { LARGEST_DERIVED, resolveDerived } from "../model/places.js";
import { type NameProblem, resolve } from "../model/resolve.js";
import { mentioned } from "../parse/expression-syntax.js";
import type { DeviceSyntax } from "../parse/syntax.js";
import type { Pass } from "./pass.js";
import { allExpressions, type ExpressionPlace } from "./places.js";

/** Every name in an expression stands for something that may be named there. */
export const checkExpressions: Pass = (device, report) => {
  for (const place of allExpressions(device)) {
    resolve(place.expression, place.names, (problem) => reportName(problem, place, report));
    if (!place.legacy) checkLegacy(device, place, report);
  }
  checkDerived(device, report);
  checkConflicts(device, report);
};

function reportName(problem: NameProblem, { where, allowed, gates }: Partial<ExpressionPlace>, report: Report): void {
  const { kind, name, at } = problem;
  const help = didYouMean(name, problem.candidates);
  if (kind === "misplaced") report("F015", at, { name, where: where ?? "", allowed: allowed ?? "" });
  else if (gates) report("C004", at, { name, field: gates.field.name, key: gates.key }, { help });
  else report("F006", at, { name, where: where ?? "" }, { help });
}

function checkLegacy({ features }: DeviceSyntax, { expression, where }: ExpressionPlace, report: Report): void {
  for (const { kind, name, at } of mentioned(expression)) {
    if (kind === "name" && features.get(name)?.legacy) report("F009", at, { where, feature: name });
  }
}

function checkDerived(device: DeviceSyntax, report: Report): void {
  const place = { where: "a derived name", allowed: "features, config.NAME, constants and derived names before it" };
  const large = (name: string): void => {
    const at = device.derived.get(name)?.at ?? { start: 0, end: 0 };
    report("F014", at, { what: `derived name "${name}"`, limit: LARGEST_DERIVED });
  };
  resolveDerived(device, (problem) => reportName(problem, place, report), large);
}

function checkConflicts({ features }: DeviceSyntax, report: Report): void {
  for (const { name, conflicts } of features.values()) {
    for (const { value, at } of conflicts) {
      const help = didYouMean(value, features.keys());
      if (!features.has(value)) report("F006", at, { name: value, where: `\`conflicts\` of ${name}` }, { help });
    }
  }
}
