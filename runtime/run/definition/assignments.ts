import type { Value } from "../../virtio/codec.js";
import type { DeviceDescription, PartFieldDescription, TypeDescription } from "../../virtio/description.js";

/** `name=value`, with a dot for a field inside of a struct. @throws RangeError where it has another form */
export function splitAssignment(text: string): readonly [name: string, value: string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new RangeError(`"${text}" is not NAME=VALUE`);
}

/**
 * Values of fields by TypeScript name, from assignments by wire name.
 *
 * @throws RangeError where there is no such field, or it cannot have the value
 */
export function valuesOf(
  device: DeviceDescription,
  fields: readonly PartFieldDescription[],
  assignments: readonly (readonly [name: string, value: string])[],
): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const [path, text] of assignments) {
    const [name = "", ...inner] = path.split(".");
    const field = fields.find((candidate) => candidate.name === name && candidate.type.kind !== "reserved");
    if (field === undefined) throw new RangeError(`there is no field ${name}; there are ${namesOf(fields)}`);
    const key = field.ts ?? field.name;
    values[key] =
      inner.length === 0
        ? readValue(device, field, text)
        : { ...(values[key] as Record<string, Value> | undefined), ...insideOf(device, field, inner.join("."), text) };
  }
  return values;
}

function namesOf(fields: readonly PartFieldDescription[]): string {
  const names = fields.filter(({ type }) => type.kind !== "reserved").map(({ name }) => name);
  return names.length === 0 ? "none" : names.join(", ");
}

function insideOf(device: DeviceDescription, { name, type }: PartFieldDescription, path: string, text: string) {
  const struct = type.kind === "struct" ? device.structs[type.struct] : undefined;
  if (struct === undefined) throw new RangeError(`${name} is no struct: it has no field ${path}`);
  return valuesOf(device, struct.fields, [[path, text]]);
}

function readValue(device: DeviceDescription, { name, type }: PartFieldDescription, text: string): Value {
  switch (type.kind) {
    case "text":
      return text;
    case "integer":
      return integerOf(device, name, type, text);
    case "array":
      if (type.element.kind === "integer" && type.element.width === 1) return bytesOf(name, text);
      throw new RangeError(`${name} is an array, which cannot be given here`);
    default:
      throw new RangeError(`${name} is a struct: give its fields, such as ${name}.FIELD=VALUE`);
  }
}

/** A number, or a name from the field's list. */
function integerOf(
  { names }: DeviceDescription,
  name: string,
  { as, names: list }: TypeDescription & { kind: "integer" },
  text: string,
): Value {
  const named = list === undefined ? undefined : names[list]?.[text];
  if (named !== undefined) return as === "flags" ? 1n << BigInt(named) : named;
  if (!/^-?(\d+|0x[\da-f]+)$/i.test(text)) throw new RangeError(`${name}: "${text}" is not an integer`);
  const value = text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
  return as === undefined && isSafe(value) ? Number(value) : value;
}

function isSafe(value: bigint): boolean {
  return BigInt(Number.MIN_SAFE_INTEGER) <= value && value <= BigInt(Number.MAX_SAFE_INTEGER);
}

/** Hexadecimal digits, with or without colons: 52:54:00:12:34:56. */
function bytesOf(name: string, text: string): Uint8Array {
  const digits = text.replaceAll(":", "");
  if (/^([\da-f]{2})*$/i.test(digits)) return Uint8Array.from(Buffer.from(digits, "hex"));
  throw new RangeError(`${name}: "${text}" is not a sequence of bytes such as 52:54:00`);
}
