import type { Report } from "../diagnostics/collector.js";
import { configOf } from "../model/evaluate.js";
import { hasFixedSize } from "../model/fixed-size.js";
import { sizeOfFields } from "../model/layout.js";
import { limitNames } from "../model/places.js";
import { resolve } from "../model/resolve.js";
import { mentioned } from "../parse/expression-syntax.js";
import type { DeviceSyntax, FieldSyntax, StructSyntax } from "../parse/syntax.js";
import { administeredStructs, structIn } from "./administration-structs.js";
import type { Pass } from "./pass.js";

/** Data of administration commands is read and written by itself: there is no request beside it, and no configuration. */
export const checkAdministrationFields: Pass = (device, report) => {
  const structs = administeredStructs(device);
  const held = new Set(
    [...structs].flatMap(({ fields }) => [...fields.values()].map(({ type }) => structIn(device, type))),
  );
  for (const struct of structs) {
    for (const field of struct.fields.values()) checkReads(device, field, report);
    checkRest(struct, held.has(struct), report);
  }
  checkSelectors(device, report);
};

function checkReads(device: DeviceSyntax, field: FieldSyntax, report: Report): void {
  const problem = problemOf(device, field);
  if (problem !== undefined) report("A005", field.at, { field: field.name, problem });
}

/** Why a field means nothing by itself. */
function problemOf(device: DeviceSyntax, { keys, otherBits, min, max, type }: FieldSyntax): string | undefined {
  const key = (["stride", "copies"] as const).find((one) => keys.has(one));
  if (key !== undefined) return `\`${key}\` speaks of a request`;
  if (otherBits !== undefined) return "`other` is the answer to a request";
  const [config] = configOf(...[min, max].map((limit) => limit && resolve(limit, limitNames(device))));
  if (config !== undefined) return `it reads config.${config}`;
  const length = type.kind === "array" && type.length ? [...mentioned(type.length)] : [];
  const far = length.find(({ kind, name }) => kind === "config" || name.includes("."));
  if (far === undefined) return undefined;
  return far.kind === "config" ? `it reads config.${far.name}` : `"${far.name}" is in another struct`;
}

/** What takes the rest of the data is at its end. */
function checkRest({ name, fields }: StructSyntax, isHeld: boolean, report: Report): void {
  const all = [...fields.values()];
  for (const field of all) {
    const takesRest = field.type.kind === "array" && field.type.length === undefined;
    if (takesRest && (isHeld || field !== all.at(-1)))
      report("A006", field.typeAt, { field: field.name, struct: name });
  }
}

const SELECTOR_BYTES = 8;

function checkSelectors(device: DeviceSyntax, report: Report): void {
  for (const { name, struct } of device.administration.deviceParts.values()) {
    const fields = device.structs.get(struct.value)?.fields ?? new Map<string, FieldSyntax>();
    const size = hasFixedSize(device, { kind: "struct", name: struct }) ? sizeOfFields(device, fields) : undefined;
    if (size !== SELECTOR_BYTES) report("A003", struct.at, { name, struct: struct.value, size });
  }
}
