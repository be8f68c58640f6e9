import { show } from "../model/evaluate.js";
import type { ArrayLength, DeviceModel, Field, Type } from "../model/model.js";
import { innermost } from "../model/types.js";

/**
 * What a type is on the wire, in words: the same words, the same bytes.
 *
 * @param shared structs that both versions have, which are compared on their own
 */
export function shapeOf(device: DeviceModel, type: Type, shared: ReadonlySet<string>): string {
  switch (type.kind) {
    case "integer": {
      const order = type.width === 1 ? "" : type.bigEndian ? "be" : "le";
      return `${type.signed ? "s" : type.width === 1 ? "u" : ""}${order}${type.width * 8}`;
    }
    case "char":
      return "char";
    case "reserved":
      return `reserved[${type.bytes}]`;
    case "array":
      return `${shapeOf(device, type.element, shared)}[${lengthShape(type.length)}]${strideShape(type.strideFrom)}`;
    case "struct":
      return shared.has(type.struct) ? type.struct : structShape(device, type.struct, shared);
  }
}

function structShape(device: DeviceModel, name: string, shared: ReadonlySet<string>): string {
  const fields = device.structs.find((struct) => struct.name === name)?.fields ?? [];
  return `{ ${fields.map((field) => fieldShape(device, field, shared)).join(", ")} }`;
}

/** A field of a struct that one version has: with all that is said of it, for nobody else compares it. */
function fieldShape(device: DeviceModel, field: Field, shared: ReadonlySet<string>): string {
  const { if: gate, validIf, union, guestAddress, copies, min, max, multipleOf } = field;
  const inner = innermost(field.type);
  const bits = inner.kind === "integer" ? inner.bits.map(({ low, high, names }) => ({ low, high, names })) : [];
  const { as = "", names = "", otherBits = "" } = inner.kind === "integer" ? inner : {};
  const limits = { min, max, multipleOf, powerOfTwo: field.powerOfTwo || undefined };
  const kept = { if: gate, validIf, union: union && { ...union, name: "" }, guestAddress, copies, ...limits };
  const said = JSON.stringify({ ...kept, ...(as === "flags" ? { as } : {}), ...(bits.length > 0 ? { bits } : {}) });
  const words = [said === "{}" ? "" : said, names, otherBits].filter((word) => word !== "");
  return [shapeOf(device, field.type, shared), ...words].join(" ");
}

function strideShape(strideFrom: string | undefined): string {
  return strideFrom === undefined ? "" : ` of ${strideFrom} bytes each`;
}

function lengthShape(length: ArrayLength): string {
  if (length.kind === "rest") return "";
  return length.kind === "fixed" ? String(length.count) : show(length.count);
}

/** Names of structs that both versions have. */
export function sharedStructs(old: DeviceModel, now: DeviceModel): ReadonlySet<string> {
  const names = new Set(now.structs.map(({ name }) => name));
  return new Set(old.structs.flatMap(({ name }) => (names.has(name) ? [name] : [])));
}
