import type { Report } from "../diagnostics/collector.js";
import { constantOf } from "../model/constants.js";
import { integerRange } from "../model/integer-range.js";
import { isPayload, isVariable } from "../model/layout.js";
import type { DeviceSyntax, FieldSyntax } from "../parse/syntax.js";
import { innermost } from "../parse/type-syntax.js";
import { allFields } from "./fields.js";
import type { Pass } from "./pass.js";

/** Limits can be kept, and arrays that are copied have one. */
export const checkLimits: Pass = (device, report) => {
  for (const { field, place } of allFields(device)) {
    if (place !== "config") checkMaximum(device, field, report);
    checkRange(device, field, report);
  }
};

/** Payload stays where it is; everything else is copied before it is read. */
function checkMaximum(device: DeviceSyntax, field: FieldSyntax, report: Report): void {
  if (!isVariable(device, field) || field.max || field.type.kind !== "array") return;
  const staysThere = !field.type.length && isPayload(field.type.element);
  if (!staysThere) report("T019", field.at, { field: field.name });
}

function checkRange(device: DeviceSyntax, field: FieldSyntax, report: Report): void {
  const type = innermost(field.type);
  const held =
    type.kind === "integer" && !isVariable(device, field)
      ? integerRange(type)
      : { min: 0, max: Number.MAX_SAFE_INTEGER };
  const min = constantOf(device, field.min) ?? held.min;
  const max = constantOf(device, field.max) ?? held.max;
  const problem = rangeProblem(min, max, held);
  if (problem)
    report("T020", field.keys.get("max") ?? field.keys.get("min") ?? field.at, { field: field.name, problem });
  const value = field.default?.value;
  if (field.default && value !== undefined && (value < min || value > max)) {
    report("T018", field.default.at, { field: field.name, value, min, max });
  }
}

function rangeProblem(min: number, max: number, held: { min: number; max: number }): string | undefined {
  if (min > max) return `min ${min} is greater than max ${max}`;
  const outside = [min, max].find((value) => value < held.min || value > held.max);
  return outside === undefined ? undefined : `${outside} is not between ${held.min} and ${held.max}`;
}
