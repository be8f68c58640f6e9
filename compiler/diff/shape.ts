import { show } from "../model/evaluate.js";
import type { ArrayLength, DeviceModel, Type } from "../model/model.js";

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
      return `${shapeOf(device, type.element, shared)}[${lengthShape(type.length)}]`;
    case "struct":
      return shared.has(type.struct) ? type.struct : structShape(device, type.struct, shared);
  }
}

function structShape(device: DeviceModel, name: string, shared: ReadonlySet<string>): string {
  const fields = device.structs.find((struct) => struct.name === name)?.fields ?? [];
  return `{ ${fields.map(({ type }) => shapeOf(device, type, shared)).join(", ")} }`;
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
