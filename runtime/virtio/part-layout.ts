import { nameOf, sizeOf, type Value } from "./codec.js";
import type {
  BitFieldDescription,
  DeviceDescription,
  FieldDescription,
  PartFieldDescription,
  TypeDescription,
} from "./description.js";
import { evaluate, type Scope } from "./expression.js";

export type Values = Readonly<Record<string, Value>>;

/** A field of one message with its place in it. */
export interface PlacedField {
  readonly field: PartFieldDescription;
  /** Bytes from the start of the part. */
  readonly at: number;
  readonly size: number;
}

export interface PlacedPart {
  readonly fields: readonly PlacedField[];
  /** Bytes of the part. */
  readonly size: number;
}

/** How many elements an array has whose length nothing before it says, and how many bytes each of them has. */
export type Measure = (field: PartFieldDescription, counted: number | undefined) => number;

/**
 * Lays out one part of one message: fields one after the other, without those that are absent.
 *
 * @param measure bytes of an array of variable length, given the count that the fields before it say
 * @param read a field's value as soon as it has a place, for the counts that come after it
 * @param end bytes of the whole part, where they are known: fields at the end are found from there
 */
export function layoutPart(
  device: DeviceDescription,
  part: readonly PartFieldDescription[],
  scope: Scope,
  measure: Measure,
  read: (placed: PlacedField) => void = () => {},
  end?: number,
): PlacedPart {
  const fields: PlacedField[] = [];
  let next = 0;
  let union = { name: "", at: 0, end: 0 };
  const add = (field: PartFieldDescription, at: number): number => {
    const size = sizeIn(device, field, scope, measure);
    fields.push({ field, at, size });
    read({ field, at, size });
    return size;
  };
  const head = part.filter(({ at }) => at === undefined || at >= 0);
  for (const field of head.filter((one) => isPresent(one, scope))) {
    if (field.union?.name !== union.name) union = { name: field.union?.name ?? "", at: next, end: next };
    const at = field.union === undefined ? next : union.at;
    const size = add(field, at);
    next = field.union === undefined ? at + size : union.at + field.union.size;
  }
  const tail = part.filter(({ at }) => at !== undefined && at < 0);
  const size = end ?? next - Math.min(0, ...tail.map(({ at = 0 }) => at));
  for (const field of tail) add(field, size + (field.at ?? 0));
  return { fields, size };
}

/** Whether a field exists. */
export function isPresent({ if: gate }: PartFieldDescription, scope: Scope): boolean {
  return gate === undefined || evaluate(gate, scope) !== 0;
}

function sizeIn(device: DeviceDescription, field: PartFieldDescription, scope: Scope, measure: Measure): number {
  if (!isVariable(field.type)) return sizeOf(device, field.type);
  const count = field.type.kind === "array" ? field.type.count : undefined;
  return measure(field, count === undefined ? undefined : evaluate(count, scope));
}

/** Whether the definition does not fix the size of a type. */
export function isVariable(type: TypeDescription): boolean {
  if (type.kind === "text") return type.bytes === undefined;
  return type.kind === "array" && typeof type.count !== "number";
}

/** The field that counts an array and nothing else says: the array implies it. */
export function counterOf({ type }: PartFieldDescription): string | undefined {
  const count = type.kind === "array" ? type.count : undefined;
  return Array.isArray(count) && count[0] === "field" ? count[1] : undefined;
}

/** The value at a path of wire names: `type`, `hdr.type` where `hdr` is a struct, `flags.m_rd` where that is bits of `flags`. */
export function valueAt(
  device: DeviceDescription,
  fields: readonly PartFieldDescription[],
  values: Values,
  path: string,
): number | undefined {
  const whole = fields.find(({ name }) => name === path);
  if (whole !== undefined) return numberIn(values[nameOf(whole)]);
  const outer = fields.find(({ name }) => path.startsWith(`${name}.`));
  const inner = outer && values[nameOf(outer)];
  if (outer === undefined || inner === undefined) return undefined;
  const rest = path.slice(outer.name.length + 1);
  if (outer.type.kind === "struct")
    return valueAt(device, structFields(device, outer.type.struct), inner as Values, rest);
  const bits = bitsAt(outer, rest);
  return bits && (Number(inner) >>> bits.low) % 2 ** (bits.high - bits.low + 1);
}

function bitsAt({ type }: PartFieldDescription, name: string): BitFieldDescription | undefined {
  return type.kind === "integer" ? type.bits?.find((bits) => bits.name === name) : undefined;
}

function numberIn(value: Value | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/** Values with another one at a path; of bits, the rest of their integer stays. */
export function withValueAt(
  device: DeviceDescription,
  fields: readonly PartFieldDescription[],
  values: Values,
  path: string,
  value: number,
): Values {
  const whole = fields.find(({ name }) => name === path);
  if (whole !== undefined) return { ...values, [nameOf(whole)]: value };
  const outer = fields.find(({ name }) => path.startsWith(`${name}.`));
  if (outer === undefined) return values;
  const rest = path.slice(outer.name.length + 1);
  const own = values[nameOf(outer)];
  if (outer.type.kind === "struct") {
    const struct = structFields(device, outer.type.struct);
    return { ...values, [nameOf(outer)]: withValueAt(device, struct, (own ?? {}) as Values, rest, value) };
  }
  const bits = bitsAt(outer, rest);
  if (bits === undefined) return values;
  const mask = (2 ** (bits.high - bits.low + 1) - 1) * 2 ** bits.low;
  const others = Number(own ?? 0) & ~mask;
  return { ...values, [nameOf(outer)]: (others | (value * 2 ** bits.low)) >>> 0 };
}

function structFields(device: DeviceDescription, name: string): readonly FieldDescription[] {
  return device.structs[name]?.fields ?? [];
}
