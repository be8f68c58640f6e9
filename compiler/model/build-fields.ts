import { optional } from "../parse/optional.js";
import type { DeviceSyntax, FieldSyntax, Items } from "../parse/syntax.js";
import { buildType } from "./build-types.js";
import { documented } from "./documented.js";
import { hasFixedSize } from "./fixed-size.js";
import { memberName, typeName } from "./item-names.js";
import { runsOf, sizeOfFields, sizeOfRun } from "./layout.js";
import type { Config, ConfigField, CopiedField, Field, Part, Struct } from "./model.js";
import { layoutPart, type Placed, placeFixed } from "./part-layout.js";
import { limitNames, ruleNames } from "./places.js";
import { resolve } from "./resolve.js";

/** Structs so that each comes after those it contains. */
export function buildStructs(device: DeviceSyntax): Struct[] {
  const done = new Map<string, Struct>();
  for (const name of device.structs.keys()) addStruct(device, name, done);
  return [...done.values()];
}

function addStruct(device: DeviceSyntax, name: string, done: Map<string, Struct>): void {
  const struct = device.structs.get(name);
  if (!struct || done.has(name)) return;
  const fields = fieldsOf(device, struct.fields);
  for (const { type } of fields) addStruct(device, structIn(type), done);
  const size = sizeOfFields(device, struct.fields);
  const isOpen = !hasFixedSize(device, { kind: "struct", name: { value: name, at: struct.at } });
  done.set(name, { name, ts: typeName(device, struct, "Struct"), size, isOpen, fields, ...documented(struct) });
}

/** Name of the struct that a type is made of, if any. */
function structIn(type: Field["type"]): string {
  if (type.kind === "array") return structIn(type.element);
  return type.kind === "struct" ? type.struct : "";
}

/** The configuration space; empty where the device has none. */
export function buildConfig(device: DeviceSyntax): Config {
  const { config } = device;
  if (!config) return { size: 0, fields: [] };
  const all = [...config.fields.values()];
  const fields = placeFixed(device, all).map((placed) => configField(device, placed, all));
  return { size: sizeOfFields(device, config.fields), fields, ...documented(config) };
}

function configField(device: DeviceSyntax, placed: Placed, all: readonly FieldSyntax[]): ConfigField {
  const { field } = placed;
  return {
    ...buildField(device, placed, all),
    access: field.access ?? "ro",
    from: field.from ?? "FEATURES_OK",
    changes: field.changes ?? "never",
    ...optional("default", field.default?.value),
    onReset: field.onReset ?? "restore",
  };
}

function fieldsOf(device: DeviceSyntax, fields: Items<FieldSyntax>): Field[] {
  const all = [...fields.values()];
  return placeFixed(device, all).map((placed) => buildField(device, placed, all));
}

/** One part of a kind, or of what all kinds share. @param sent what a length or a copy in an answer may name */
export function buildPart(
  device: DeviceSyntax,
  common: readonly FieldSyntax[],
  own: readonly FieldSyntax[],
  sent?: readonly FieldSyntax[],
): Part {
  const layout = layoutPart(device, common, own, sent !== undefined);
  const { placed, headSize, head, tailSize, variable, anchors, blocks, absentSize, largest } = layout;
  const syntax = [...placed.map(({ field }) => field), ...(sent ?? [])];
  const fields = placed.map((one) => buildField(device, one, syntax));
  const built = (one: Placed): Field => fields[placed.indexOf(one)] as Field;
  return {
    fields,
    headSize,
    ...optional("head", head),
    tailSize,
    ...optional("variable", variable && built(variable)),
    anchors,
    blocks: blocks.map(({ array, anchor, gap }) => ({ array: built(array), anchor, gap })),
    absentSize,
    largest,
  };
}

function buildField(device: DeviceSyntax, { field, at, size }: Placed, part: readonly FieldSyntax[]): Field {
  const limit = (syntax: FieldSyntax["min"]): Field["min"] | undefined => syntax && resolve(syntax, limitNames(device));
  const rule = (syntax: FieldSyntax["if"]): Field["if"] | undefined => syntax && resolve(syntax, ruleNames(device));
  return {
    name: field.name,
    ts: memberName(field),
    type: buildType(device, field, part),
    at,
    size,
    ...optional("units", field.units),
    ...optional("if", rule(field.if)),
    ...optional("validIf", rule(field.validIf)),
    ...unionOf(device, field, part),
    ...guestAddressOf(field),
    ...optional("opaque", field.opaque),
    ...optional("copies", copiesOf(device, field, part)),
    ...optional("min", limit(field.min)),
    ...optional("max", limit(field.max)),
    ...optional("multipleOf", field.multipleOf),
    powerOfTwo: field.powerOfTwo,
    ...documented(field),
  };
}

function unionOf(device: DeviceSyntax, field: FieldSyntax, siblings: readonly FieldSyntax[]): Pick<Field, "union"> {
  const { union } = field;
  if (!union) return {};
  const run = runsOf(siblings).find((members) => members.includes(field)) ?? [field];
  const when = union.when.map(({ value }) => value);
  const { name } = union;
  return { union: { name, size: sizeOfRun(device, run), ...optional("switch", union.switch?.value), when } };
}

function guestAddressOf({ guestAddress }: FieldSyntax): Pick<Field, "guestAddress"> {
  if (!guestAddress) return {};
  return { guestAddress: { length: guestAddress.length.value, ...optional("shift", guestAddress.shift) } };
}

/** What an answer's field has from the request: a field of the same name, or a struct of the same type. */
function copiesOf(device: DeviceSyntax, field: FieldSyntax, part: readonly FieldSyntax[]): Field["copies"] | undefined {
  const { copies } = field;
  if (!copies) return undefined;
  if (copies.from) return { from: copies.from.value };
  const from = copySource(device, field, part);
  if (!from) return undefined;
  return { from: from.name, fields: copies.fields.flatMap((one) => copiedField(device, from, one)) };
}

/** The to-device field of the same struct type. */
export function copySource(
  device: DeviceSyntax,
  field: FieldSyntax,
  sent: readonly FieldSyntax[],
): FieldSyntax | undefined {
  const struct = field.type.kind === "struct" ? device.structs.get(field.type.name.value) : undefined;
  return sent.find(
    ({ type, ...other }) => type.kind === "struct" && type.name.value === struct?.name && other.at !== field.at,
  );
}

function copiedField(
  device: DeviceSyntax,
  from: FieldSyntax,
  { field, flags }: NonNullable<FieldSyntax["copies"]>["fields"][number],
): CopiedField[] {
  const found = flagsField(device, from, flags[0]?.value);
  if (!found) return [];
  const bits = flags.map(({ value }) => found.numbers.get(value) ?? 0);
  return [{ field: field.value, flags: found.field.name, bits }];
}

/** The field of a struct that holds a flag, and the numbers of its list. */
export function flagsField(
  device: DeviceSyntax,
  { type }: FieldSyntax,
  flag: string | undefined,
): { readonly field: FieldSyntax; readonly numbers: ReadonlyMap<string, number> } | undefined {
  const struct = type.kind === "struct" ? device.structs.get(type.name.value) : undefined;
  for (const field of struct?.fields.values() ?? []) {
    const isFlags = field.type.kind === "integer" && field.type.use === "flags" && field.type.width <= 4;
    const list = isFlags && field.type.kind === "integer" ? device.names.get(field.type.names?.value ?? "") : undefined;
    if (list?.values.has(flag ?? ""))
      return { field, numbers: new Map([...list.values].map(([name, { value }]) => [name, value.value])) };
  }
  return undefined;
}
