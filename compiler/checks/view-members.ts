import { useOf } from "../model/build-types.js";
import { memberName } from "../model/item-names.js";
import { fixedLength } from "../model/layout.js";
import { bitName, hasName, isBigint, isTwoWords, setterName, wordName } from "../model/view-names.js";
import type { DeviceSyntax, FieldSyntax } from "../parse/syntax.js";
import type { ArraySyntax, IntegerSyntax, TypeSyntax } from "../parse/type-syntax.js";

/** A member that a field becomes in the view of its message or struct. */
export interface ViewMember {
  readonly ts: string;
  readonly field: FieldSyntax;
  /** Of a method: two methods of one name are one where this is the same. */
  readonly signature?: string;
}

/** Fields that TypeScript sees: reserved bytes and the place of a kind's body are none. */
export function isNamed({ type }: FieldSyntax): boolean {
  return type.kind !== "reserved" && type.kind !== "body";
}

/** All members that a field becomes. @param settable whether the device writes the field */
export function membersOf(device: DeviceSyntax, field: FieldSyntax, settable: boolean): readonly ViewMember[] {
  if (!isNamed(field)) return [];
  const { type } = field;
  const ts = memberName(field);
  if (type.kind === "integer")
    return [{ ts, field }, ...integerNames(device, field, type).map((name) => ({ ts: name, field }))];
  const signature = type.kind === "array" ? elementSignature(device, field, type) : undefined;
  if (signature === undefined) return [{ ts, field }];
  const get = { ts, field, signature };
  return settable ? [get, { ts: setterName(ts), field, signature: `${signature} value` }] : [get];
}

function integerNames(device: DeviceSyntax, field: FieldSyntax, type: IntegerSyntax): readonly string[] {
  const ts = memberName(field);
  const integer = { width: type.width, as: useOf(device, field, type) };
  return [
    ...(isTwoWords(integer) ? (["low", "high"] as const).map((half) => wordName(ts, half)) : []),
    ...(integer.width === 8 && integer.as === "flags" ? [hasName(ts)] : []),
    ...[...field.bits.values()].map((bit) => bitName(ts, memberName(bit))),
  ];
}

/** Fixed arrays of integers, and of arrays, are methods with an index for each dimension. */
function elementSignature(device: DeviceSyntax, field: FieldSyntax, type: ArraySyntax): string | undefined {
  const { dimensions, innermost } = dimensionsOf(device, type);
  if (dimensions === undefined || dimensions === 0) return undefined;
  if (innermost.kind === "integer") {
    const integer = { width: innermost.width, as: useOf(device, field, innermost) };
    return `${dimensions} ${isBigint(integer) ? "bigint" : "number"}`;
  }
  return innermost.kind === "array" ? `${dimensions} text` : undefined;
}

/** Fixed dimensions; text is one value. Nothing where the driver chooses a length. */
function dimensionsOf(
  device: DeviceSyntax,
  type: TypeSyntax,
): { dimensions: number | undefined; innermost: TypeSyntax } {
  if (type.kind !== "array" || type.element.kind === "char") return { dimensions: 0, innermost: type };
  const { dimensions, innermost } = dimensionsOf(device, type.element);
  const isFixed = dimensions !== undefined && fixedLength(device, type) !== undefined;
  return { dimensions: isFixed ? dimensions + 1 : undefined, innermost };
}
