import type { DeviceSyntax, FieldSyntax } from "../parse/syntax.js";
import type { TypeSyntax } from "../parse/type-syntax.js";
import { fixedLength } from "./layout.js";

const known = new WeakMap<DeviceSyntax, Map<string, boolean>>();

/** Whether a definition alone says how many bytes a type has: no field may be absent, no length depends on anything. */
export function hasFixedSize(device: DeviceSyntax, type: TypeSyntax): boolean {
  if (type.kind === "array") return fixedLength(device, type) !== undefined && hasFixedSize(device, type.element);
  return type.kind !== "struct" || isFixedStruct(device, type.name.value);
}

/** Each struct is looked at once: structs in structs would multiply the work. */
function isFixedStruct(device: DeviceSyntax, name: string): boolean {
  const answers = known.get(device) ?? new Map<string, boolean>();
  known.set(device, answers);
  const found = answers.get(name);
  if (found !== undefined) return found;
  // A struct that contains itself finds this, until the checks refuse it.
  answers.set(name, true);
  const fields: readonly FieldSyntax[] = [...(device.structs.get(name)?.fields.values() ?? [])];
  const isFixed = fields.every((field) => field.if === undefined && hasFixedSize(device, field.type));
  answers.set(name, isFixed);
  return isFixed;
}
