import type { IntegerType } from "../model/model.js";
import { isBigint } from "../model/view-names.js";
import type { Imports } from "./imports.js";

/** What a program sees: 64 bits without a bound are a bigint. */
export function programType(type: IntegerType): "number" | "bigint" {
  return isBigint(type) ? "bigint" : "number";
}

/** Code that reads an integer. */
export function readInteger(type: IntegerType, view: string, at: string, imports: Imports): string {
  if (isSafe(type)) return `${imports.value(type.signed ? "readI64" : "readU64")}(${view}, ${at}${order(type)})`;
  return `${view}.get${method(type)}(${at}${endian(type)})`;
}

/** Code that writes an integer. */
export function writeInteger(type: IntegerType, view: string, at: string, value: string, imports: Imports): string {
  if (isSafe(type)) {
    return `${imports.value(type.signed ? "writeI64" : "writeU64")}(${view}, ${at}, ${value}${order(type)})`;
  }
  return `${view}.set${method(type)}(${at}, ${value}${endian(type)})`;
}

/** Code that tells whether the driver's 64 bits are a number; nothing where every value is one. */
export function safetyOf(type: IntegerType, view: string, at: string, imports: Imports): string | undefined {
  if (!isSafe(type)) return undefined;
  return `${imports.value(type.signed ? "isSafeI64" : "isSafeU64")}(${view}, ${at}${order(type)})`;
}

/** The word of 32 bits, and how far it lies into a 64-bit field. */
export function wordOf(
  type: IntegerType,
  half: "low" | "high",
): { readonly type: IntegerType; readonly offset: number } {
  const isFirst = (half === "low") !== type.bigEndian;
  return { type: { ...type, width: 4, signed: false, as: "number", bits: [] }, offset: isFirst ? 0 : 4 };
}

function isSafe(type: IntegerType): boolean {
  return type.width === 8 && type.as === "number";
}

/** Of DataView: `Uint16`, `BigInt64`. */
function method({ width, signed }: IntegerType): string {
  return `${width === 8 ? "Big" : ""}${signed ? "Int" : "Uint"}${width * 8}`;
}

function endian({ width, bigEndian }: IntegerType): string {
  return width === 1 ? "" : `, ${!bigEndian}`;
}

/** The runtime's functions take the byte order of VIRTIO unless told. */
function order({ bigEndian }: IntegerType): string {
  return bigEndian ? ", false" : "";
}
