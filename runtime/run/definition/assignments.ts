import { nameOf, type Value } from "../../virtio/codec.js";
import type {
  ArrayDescription,
  DeviceDescription,
  PartFieldDescription,
  TypeDescription,
} from "../../virtio/description.js";

/** A field, or an element of one. */
type Typed = Pick<PartFieldDescription, "name" | "type">;

/** An array gets at the most so many elements by their index. */
const INDEX_MAX = 1023;

type Step = string | number;

/** `name=value`: a dot leads into a struct, `[N]` to an element. @throws RangeError where it has another form */
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
  let values: Record<string, Value> = {};
  for (const [path, text] of assignments) values = withField(device, fields, values, stepsOf(path), text);
  return values;
}

/** `segments[1].sector` as its parts. */
function stepsOf(path: string): readonly Step[] {
  const parts = path.replaceAll(/\[(\d+)\]/g, ".$1").split(".");
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function withField(
  device: DeviceDescription,
  fields: readonly PartFieldDescription[],
  values: Readonly<Record<string, Value>>,
  steps: readonly Step[],
  text: string,
): Record<string, Value> {
  const field = fields.find((candidate) => candidate.type.kind !== "reserved" && isAt(candidate, steps));
  if (field === undefined) throw new RangeError(`there is no field ${steps[0]}; there are ${namesOf(fields)}`);
  const key = nameOf(field);
  return { ...values, [key]: withValue(device, field, values[key], steps.slice(partsOf(field).length), text) };
}

/** Whether a path leads to a field or into it. Where features decide what a struct has, its fields are the message's own. */
function isAt(field: PartFieldDescription, steps: readonly Step[]): boolean {
  return partsOf(field).every((part, i) => part === steps[i]);
}

function partsOf({ name }: PartFieldDescription): readonly string[] {
  return name.split(".");
}

/** The value of a field, or of what is in it, with another one at a place inside. */
function withValue(
  device: DeviceDescription,
  field: Typed,
  own: Value | undefined,
  steps: readonly Step[],
  text: string,
): Value {
  const [step, ...inner] = steps;
  const { name, type } = field;
  if (step === undefined) return readValue(device, field, text);
  if (typeof step === "number") {
    if (type.kind !== "array") throw new RangeError(`${name} is no array: it has no element ${step}`);
    return withElement(device, field, (own ?? []) as readonly Value[], step, inner, text);
  }
  const struct = type.kind === "struct" ? device.structs[type.struct] : undefined;
  if (struct === undefined) throw new RangeError(`${name} is no struct: it has no field ${step}`);
  return withField(device, struct.fields, (own ?? {}) as Readonly<Record<string, Value>>, steps, text);
}

function withElement(
  device: DeviceDescription,
  { name, type }: Typed,
  own: readonly Value[],
  index: number,
  inner: readonly Step[],
  text: string,
): readonly Value[] {
  const { element, count } = type as ArrayDescription;
  const most = typeof count === "number" ? count - 1 : INDEX_MAX;
  if (index > most) throw new RangeError(`${name}[${index}]: the last element is ${name}[${most}]`);
  const items = Array.from({ length: Math.max(own.length, index + 1) }, (_, i) => own[i] ?? blank(element));
  items[index] = withValue(device, { name: `${name}[${index}]`, type: element }, own[index], inner, text);
  return items;
}

/** What an element is that nobody speaks of. */
function blank({ kind }: TypeDescription): Value {
  return kind === "struct" ? {} : kind === "array" ? [] : kind === "text" ? "" : 0;
}

function namesOf(fields: readonly PartFieldDescription[]): string {
  const names = fields.filter(({ type }) => type.kind !== "reserved").map(({ name }) => name);
  return names.length === 0 ? "none" : names.join(", ");
}

function readValue(device: DeviceDescription, { name, type }: Typed, text: string): Value {
  switch (type.kind) {
    case "text":
      return text;
    case "integer":
      return integerOf(device, name, type, text);
    case "array":
      if (type.element.kind === "integer" && type.element.width === 1) return bytesOf(name, text);
      throw new RangeError(`${name} is an array: give its elements, such as ${name}[0]=VALUE`);
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
