import type { Report } from "../diagnostics/collector.js";
import { didYouMean } from "../diagnostics/did-you-mean.js";
import { workarounds } from "../diagnostics/workarounds.js";
import { integersIn, isPlainInteger } from "../model/field-paths.js";
import { fixedLength, isVariable, LARGEST_ARRAY, sizeOfType } from "../model/layout.js";
import { lengthNames } from "../model/places.js";
import { resolve } from "../model/resolve.js";
import { type ExpressionSyntax, mentioned } from "../parse/expression-syntax.js";
import type { DeviceSyntax, FieldSyntax } from "../parse/syntax.js";
import type { ArraySyntax, TypeSyntax } from "../parse/type-syntax.js";
import { allParts } from "./fields.js";
import type { Pass } from "./pass.js";

/** Lengths of arrays are known, or can be known when a message is there. */
export const checkLengths: Pass = (device, report) => {
  const config = [...(device.config?.fields.values() ?? [])];
  for (const field of config)
    checkFixed({ device, field, siblings: config, sent: [], where: "the configuration", report }, field.type);
  for (const { fields } of device.structs.values()) {
    const siblings = [...fields.values()];
    for (const field of siblings) checkCounted({ device, field, siblings, sent: [], where: "an array", report });
  }
  const seen = new Set<FieldSyntax["at"]>();
  for (const { message, kind, direction, part } of allParts(device)) {
    const siblings = [...(kind ? untilBody(message[direction]) : []), ...part];
    const sent = direction === "toDriver" ? [...message.toDevice, ...(kind?.toDevice ?? [])] : [];
    for (const field of part) {
      const isWrittenHere = field.inlined === undefined && !seen.has(field.at);
      if (isWrittenHere) checkCounted({ device, field, siblings, sent, where: "an array", report });
      seen.add(field.at);
    }
  }
};

/** A field among those of its struct or part. */
interface Site {
  readonly device: DeviceSyntax;
  readonly field: FieldSyntax;
  readonly siblings: readonly FieldSyntax[];
  /** What the driver sent before, where an answer is looked at. */
  readonly sent: readonly FieldSyntax[];
  /** What holds the field, in words. */
  readonly where: string;
  readonly report: Report;
}

function untilBody(part: readonly FieldSyntax[]): readonly FieldSyntax[] {
  const body = part.findIndex(({ type }) => type.kind === "body");
  return body === -1 ? part : part.slice(0, body);
}

/** A type whose length the definition fixes, all the way in. */
function checkFixed(site: Site, type: TypeSyntax): void {
  if (type.kind === "array") checkFixed(site, type.element);
  if (type.kind !== "array" && type.kind !== "reserved") return;
  const { device, field, report } = site;
  const count = fixedLength(device, type);
  if (count === undefined) return reportVariable(site, type);
  const most = Math.max(count, sizeOfType(device, type));
  if (count >= 1 && most <= LARGEST_ARRAY) return;
  report("T017", type.at, { what: `"${field.name}"`, count: count < 1 ? count : most, limit: LARGEST_ARRAY });
}

/** A length that is not fixed has a name that is wrong, or one that is right in another place. */
function reportVariable(site: Site, { length, at }: Extract<TypeSyntax, { at: unknown }>): void {
  const { device, where, report } = site;
  const unknown = length ? [...mentioned(length)].filter((mention) => !isKnown(site, mention)) : [];
  for (const { name, at: nameAt } of unknown) {
    report("T004", nameAt, { name }, { help: didYouMean(name, device.constants.keys()) });
  }
  if (unknown.length > 0) return;
  const help = where === "the configuration" ? workarounds.variableInConfig : undefined;
  report("Y008", at, { construct: `an array whose length is not fixed, in ${where},` }, { help });
}

function isKnown(
  { device, siblings }: Site,
  { kind, name }: { readonly kind: string; readonly name: string },
): boolean {
  if (kind === "config") return device.config?.fields.has(name) ?? false;
  return device.constants.has(name) || siblings.some((sibling) => sibling.name === name);
}

/** A field of a part or of a struct: the length of the outermost array may depend on a request. */
function checkCounted(site: Site): void {
  const { device, field } = site;
  if (!isVariable(device, field)) return checkFixed(site, field.type);
  const array = field.type as ArraySyntax;
  checkFixed(site, array.element);
  if (array.length) checkCount(site, array.length);
}

function checkCount({ device, field, siblings, sent, report }: Site, length: ExpressionSyntax): void {
  const index = siblings.indexOf(field);
  const before = [...siblings.slice(0, index), ...sent];
  const integers = integersIn(device, before);
  const counting = new Map([...integers].filter(([, one]) => isPlainInteger(one) && !one.type.signed));
  const later = new Set(siblings.slice(index).map(({ name }) => name));
  resolve(length, { ...lengthNames(device, []), fields: [counting] }, ({ name, at }) => {
    const names = [...counting.keys(), ...device.constants.keys()];
    if (later.has(name)) report("T005", at, { field: field.name, count: name });
    else report("T004", at, { name }, { help: didYouMean(name, names) });
  });
}
