import { nameOf } from "./codec.js";
import type { DeviceDescription, PartFieldDescription, TypeDescription } from "./description.js";
import type { Scope } from "./expression.js";
import type { Values } from "./part-layout.js";

/** Fields of a struct, whether it has a fixed size or not. */
export function fieldsOf(device: DeviceDescription, struct: string): readonly PartFieldDescription[] {
  const found = device.records?.[struct] ?? device.structs[struct];
  if (found === undefined) throw new Error(`${device.name} has no struct ${struct}`);
  return found.fields;
}

/** What the names in a struct's expressions stand for: features, and its own fields. */
export function scopeOf(fields: readonly PartFieldDescription[], values: Values, feature: Scope["feature"]): Scope {
  const named = new Map(fields.map((field) => [field.name, nameOf(field)]));
  return { feature, config: () => 0, field: (name) => Number(values[named.get(name) ?? name] ?? 0) };
}

/** Elements that are structs: each may have another length. */
export function structIn(type: TypeDescription): string | undefined {
  return type.kind === "array" && type.element.kind === "struct" ? type.element.struct : undefined;
}
