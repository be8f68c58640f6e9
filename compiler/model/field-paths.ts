import type { BitsSyntax, DeviceSyntax, FieldSyntax } from "../parse/syntax.js";
import type { IntegerSyntax } from "../parse/type-syntax.js";

/** A field whose type is known to be an integer. */
export type IntegerFieldSyntax = FieldSyntax & { readonly type: IntegerSyntax };

/** The field at a path: `type`, or `hdr.type` where `hdr` is a struct. */
export function fieldAt(device: DeviceSyntax, fields: Iterable<FieldSyntax>, path: string): FieldSyntax | undefined {
  const list = [...fields];
  const whole = list.find(({ name }) => name === path);
  if (whole) return whole;
  const outer = list.find(({ name, type }) => type.kind === "struct" && path.startsWith(`${name}.`));
  const struct = outer?.type.kind === "struct" ? device.structs.get(outer.type.name.value) : undefined;
  return outer && struct ? fieldAt(device, struct.fields.values(), path.slice(outer.name.length + 1)) : undefined;
}

/** The same for the bits of a field: `flags.m_rd`. */
export function bitsAt(
  device: DeviceSyntax,
  fields: Iterable<FieldSyntax>,
  path: string,
): { readonly field: FieldSyntax; readonly bits: BitsSyntax } | undefined {
  const dot = path.lastIndexOf(".");
  const field = dot < 0 ? undefined : fieldAt(device, fields, path.slice(0, dot));
  const bits = field?.bits.get(path.slice(dot + 1));
  return field && bits && { field, bits };
}

/** Levels of structs that a length may lead into. */
const DEEPEST_PATH = 4;
/** Integers that a length may name. */
const MOST_PATHS = 4096;

/** All integers among fields and in their structs, by path. */
export function integersIn(device: DeviceSyntax, fields: Iterable<FieldSyntax>): ReadonlyMap<string, FieldSyntax> {
  const found = new Map<string, FieldSyntax>();
  const add = (prefix: string, field: FieldSyntax, depth: number): void => {
    if (found.size >= MOST_PATHS) return;
    found.set(prefix + field.name, field);
    const struct = field.type.kind === "struct" ? device.structs.get(field.type.name.value) : undefined;
    if (!struct || depth >= DEEPEST_PATH) return;
    for (const inner of struct.fields.values()) add(`${prefix}${field.name}.`, inner, depth + 1);
  };
  for (const field of fields) add("", field, 0);
  return found;
}

/** Whether a field is a number of up to 32 bits, not a set of flags. */
export function isPlainInteger(field: FieldSyntax): field is IntegerFieldSyntax {
  return field.type.kind === "integer" && field.type.width <= 4 && field.type.use !== "flags" && field.bits.size === 0;
}
