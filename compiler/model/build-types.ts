import { optional } from "../parse/optional.js";
import type { DeviceSyntax, FieldSyntax } from "../parse/syntax.js";
import type { ArraySyntax, IntegerSyntax, TypeSyntax } from "../parse/type-syntax.js";
import { constantOf } from "./constants.js";
import { documented } from "./documented.js";
import { memberName } from "./item-names.js";
import { fixedLength, isVariable, sizeOfType } from "./layout.js";
import type { ArrayLength, BitField, IntegerType, Type } from "./model.js";
import { lengthNames, limitNames } from "./places.js";
import { resolve } from "./resolve.js";

/** The type of a field. @param before the fields that a length may name */
export function buildType(device: DeviceSyntax, field: FieldSyntax, before: readonly FieldSyntax[]): Type {
  return typeOf(device, field, field.type, before);
}

function typeOf(device: DeviceSyntax, field: FieldSyntax, type: TypeSyntax, before: readonly FieldSyntax[]): Type {
  switch (type.kind) {
    case "integer":
      return integerType(device, field, type);
    case "char":
      return { kind: "char" };
    case "reserved":
      return { kind: "reserved", bytes: sizeOfType(device, type) };
    case "struct":
      return { kind: "struct", struct: type.name.value };
    case "array":
      return arrayType(device, field, type, before);
    case "body":
      throw new Error("a kind's own fields have no type");
  }
}

function arrayType(device: DeviceSyntax, field: FieldSyntax, type: ArraySyntax, before: readonly FieldSyntax[]): Type {
  const element = typeOf(device, field, type.element, before);
  return {
    kind: "array",
    element,
    stride: sizeOfType(device, type.element),
    ...optional("strideFrom", field.stride?.value),
    length: lengthOf(device, field, type, before),
  };
}

function lengthOf(
  device: DeviceSyntax,
  field: FieldSyntax,
  type: ArraySyntax,
  before: readonly FieldSyntax[],
): ArrayLength {
  const count = fixedLength(device, type);
  if (count !== undefined) return { kind: "fixed", count };
  const max = field.max && resolve(field.max, limitNames(device));
  if (!type.length) return { kind: "rest", ...optional("max", max) };
  return { kind: "counted", count: resolve(type.length, lengthNames(device, before)), max: max ?? 0 };
}

function integerType(device: DeviceSyntax, field: FieldSyntax, type: IntegerSyntax): IntegerType {
  return {
    kind: "integer",
    width: type.width,
    signed: type.signed,
    bigEndian: type.bigEndian,
    as: useOf(device, field, type),
    ...optional("names", type.names?.value),
    bits: [...field.bits.values()].map(bitField),
    ...optional("otherBits", field.otherBits),
  };
}

/** 64 bits are a JavaScript number only where the definition says that they fit. */
export function useOf(device: DeviceSyntax, field: FieldSyntax, { use, width }: IntegerSyntax): IntegerType["as"] {
  if (use === "flags" || use === "opaque" || use === "address") return use;
  if (width < 8 || field.units === "sectors" || field.units === "bytes") return "number";
  const max = isVariable(device, field) ? undefined : constantOf(device, field.max);
  return max !== undefined && max <= Number.MAX_SAFE_INTEGER ? "number" : "bigint";
}

function bitField(bits: FieldSyntax["bits"] extends ReadonlyMap<string, infer B> ? B : never): BitField {
  const { name, low, high, names } = bits;
  return { name, ts: memberName(bits), low, high, ...optional("names", names?.value), ...documented(bits) };
}
