import { optional } from "../parse/optional.js";
import type { DeviceSyntax, FieldSyntax, Items } from "../parse/syntax.js";
import { buildType } from "./build-types.js";
import { documented } from "./documented.js";
import { memberName, typeName } from "./item-names.js";
import { layoutPart, type Placed, sizeOfFields } from "./layout.js";
import type { Config, ConfigField, Field, Part, Struct } from "./model.js";
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
  done.set(name, { name, ts: typeName(device, struct, "Struct"), size, fields, ...documented(struct) });
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
  const fields = layoutPart(device, [...config.fields.values()], []).placed.map((placed) =>
    configField(device, placed),
  );
  return { size: sizeOfFields(device, config.fields), fields, ...documented(config) };
}

function configField(device: DeviceSyntax, placed: Placed): ConfigField {
  const { field } = placed;
  const rule = (syntax: FieldSyntax["if"]): ConfigField["if"] | undefined =>
    syntax && resolve(syntax, ruleNames(device));
  return {
    ...buildField(device, placed, []),
    ...optional("if", rule(field.if)),
    ...optional("validIf", rule(field.validIf)),
    access: field.access ?? "ro",
    from: field.from ?? "FEATURES_OK",
    changes: field.changes ?? "never",
    ...optional("default", field.default?.value),
    onReset: field.onReset ?? "restore",
  };
}

function fieldsOf(device: DeviceSyntax, fields: Items<FieldSyntax>): Field[] {
  return layoutPart(device, [...fields.values()], []).placed.map((placed) => buildField(device, placed, []));
}

/** One part of a kind, or of what all kinds share. */
export function buildPart(device: DeviceSyntax, common: readonly FieldSyntax[], own: readonly FieldSyntax[]): Part {
  const { placed, headSize, tailSize, variable } = layoutPart(device, common, own);
  const syntax = placed.map(({ field }) => field);
  const fields = placed.map((one) => buildField(device, one, syntax));
  return { fields, headSize, tailSize, ...optional("variable", fields[variable ? placed.indexOf(variable) : -1]) };
}

function buildField(device: DeviceSyntax, { field, at, size }: Placed, part: readonly FieldSyntax[]): Field {
  const limit = (syntax: FieldSyntax["min"]): Field["min"] | undefined => syntax && resolve(syntax, limitNames(device));
  return {
    name: field.name,
    ts: memberName(field),
    type: buildType(device, field, part),
    at,
    size,
    ...optional("units", field.units),
    ...optional("min", limit(field.min)),
    ...optional("max", limit(field.max)),
    ...optional("multipleOf", field.multipleOf),
    powerOfTwo: field.powerOfTwo,
    ...documented(field),
  };
}
