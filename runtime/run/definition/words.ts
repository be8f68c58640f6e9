import { type Codec, nameOf, readText, type Value } from "../../virtio/codec.js";
import type { DeviceDescription, IntegerDescription, TypeDescription } from "../../virtio/description.js";
import type { Values } from "../../virtio/part-layout.js";

/** What is shown of arrays and texts: payload should not fill the log. */
const MOST_BYTES = 16;
const MOST_ELEMENTS = 8;
const MOST_CHARACTERS = 64;

/** A value with its names, where it has some: `2 (UNSUPP)`, `5 (READ | MMIO)`, `{ sector: 8, flags: 1 (unmap) }`. */
export function inWords(device: DeviceDescription, type: TypeDescription, value: Value): string {
  if (value instanceof Uint8Array) return bytesInWords(value, value.length);
  if (typeof value === "string") return textInWords(value);
  if (Array.isArray(value)) return listInWords(device, type, value, value.length);
  if (typeof value === "object") return structInWords(device, type, value as Values);
  const names = type.kind === "integer" ? namesOf(device, type, value) : "";
  return names === "" ? String(value) : `${value} (${names})`;
}

/**
 * How much there is of an array of any length, and how it begins: `4096 bytes: 52 54 00 ...`.
 *
 * @param bytes as much of it as was looked at
 * @param size bytes of all of it
 * @param stride bytes of an element
 */
export function arrayInWords(
  device: DeviceDescription,
  codec: Codec,
  type: TypeDescription,
  bytes: Uint8Array,
  size: number,
  stride: number,
): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type.kind === "text") return beginning(counted(size, "byte"), textInWords(readText(view, 0, bytes.length)), size);
  if (type.kind !== "array" || stride < type.stride || isByte(type.element))
    return beginning(counted(size, "byte"), bytesInWords(bytes, size), size);
  const shown = Math.min(MOST_ELEMENTS, Math.floor(bytes.length / stride));
  const items = Array.from({ length: shown }, (_, i) => codec.decode(type.element, view, i * stride, (i + 1) * stride));
  const count = size / stride;
  return beginning(counted(count, "element"), listInWords(device, type, items, count), count);
}

function beginning(amount: string, shown: string, length: number): string {
  return length === 0 ? amount : `${amount}: ${shown}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function isByte(type: TypeDescription): boolean {
  return type.kind === "integer" && type.width === 1 && type.signed !== true;
}

function bytesInWords(bytes: Uint8Array, length: number): string {
  const shown = [...bytes.subarray(0, MOST_BYTES)].map((byte) => byte.toString(16).padStart(2, "0"));
  return [...shown, ...(length > shown.length ? ["..."] : [])].join(" ");
}

function textInWords(text: string): string {
  return JSON.stringify(text.slice(0, MOST_CHARACTERS)) + (text.length > MOST_CHARACTERS ? "..." : "");
}

function listInWords(device: DeviceDescription, type: TypeDescription, items: readonly Value[], count: number): string {
  const element = type.kind === "array" ? type.element : type;
  const shown = items.slice(0, MOST_ELEMENTS).map((item) => inWords(device, element, item));
  return `[${[...shown, ...(count > shown.length ? ["..."] : [])].join(", ")}]`;
}

function structInWords(device: DeviceDescription, type: TypeDescription, values: Values): string {
  const fields = type.kind === "struct" ? (device.structs[type.struct]?.fields ?? []) : [];
  const shown = fields.flatMap((field) => {
    const value = values[nameOf(field)];
    return value === undefined ? [] : [`${field.name}: ${inWords(device, field.type, value)}`];
  });
  return shown.length === 0 ? "{}" : `{ ${shown.join(", ")} }`;
}

function namesOf(device: DeviceDescription, type: IntegerDescription, value: number | bigint): string {
  const names = new Map(Object.entries(device.names[type.names ?? ""] ?? {}).map(([name, number]) => [number, name]));
  const bits = BigInt.asUintN(type.width * 8, BigInt(value));
  if (type.as === "flags") return flagsInWords(names, bits);
  return names.get(Number(value)) ?? bitsInWords(type, bits);
}

/** The names of the bits that are set; those without one as one number. */
function flagsInWords(names: ReadonlyMap<number, string>, value: bigint): string {
  const known = [...names].filter(([bit]) => (value >> BigInt(bit)) & 1n);
  const others = known.reduce((left, [bit]) => left & ~(1n << BigInt(bit)), value);
  return [...known.map(([, name]) => name), ...(others === 0n ? [] : [`0x${others.toString(16)}`])].join(" | ");
}

/** Named bits that are not 0: `m_rd`, and `level=3` where they are several. */
function bitsInWords({ bits = [] }: IntegerDescription, value: bigint): string {
  const shown = bits.flatMap(({ name, low, high }) => {
    const own = (value >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);
    return own === 0n ? [] : [low === high ? name : `${name}=${own}`];
  });
  return shown.join(" | ");
}
