import type { DeviceDescription, FieldDescription, IntegerDescription, TypeDescription } from "./description.js";
import { evaluate, type Scope } from "./expression.js";

/**
 * A value as a program sees it: an integer (a bigint where the definition says so), text, bytes, an array, or a struct as
 * an object by TypeScript names.
 */
export type Value = number | bigint | string | Uint8Array | readonly Value[] | { readonly [name: string]: Value };

/** TypeScript name of a field. */
export function nameOf(field: { readonly name: string; readonly ts?: string }): string {
  return field.ts ?? field.name;
}

/** Bytes of a type of fixed size. */
export function sizeOf(device: DeviceDescription, type: TypeDescription): number {
  switch (type.kind) {
    case "integer":
      return type.width;
    case "reserved":
      return type.bytes;
    case "text":
      return type.bytes ?? 0;
    case "struct":
      return structOf(device, type.struct).size;
    case "array":
      return type.stride * (typeof type.count === "number" ? type.count : 0);
  }
}

/** Reads and writes the values of a device's types by their description: for control paths and tools, not for requests. */
export class Codec {
  readonly #device: DeviceDescription;

  constructor(device: DeviceDescription) {
    this.#device = device;
  }

  /**
   * @param end where the part ends, for fields that lie back from there and for arrays that take the rest
   * @param scope what the names in a count stand for
   */
  decode(type: TypeDescription, view: DataView, at: number, end: number = view.byteLength, scope?: Scope): Value {
    switch (type.kind) {
      case "integer":
        return readInteger(type, view, at);
      case "reserved":
        return 0;
      case "text":
        return readText(view, at, type.bytes ?? end - at);
      case "struct":
        return this.decodeFields(structOf(this.#device, type.struct).fields, view, at, end);
      case "array":
        return this.#decodeArray(type, view, at, end, scope);
    }
  }

  decodeFields(fields: readonly FieldDescription[], view: DataView, at: number, end: number): Record<string, Value> {
    const values: Record<string, Value> = {};
    for (const field of fields) {
      if (field.type.kind === "reserved") continue;
      const start = field.at < 0 ? end + field.at : at + field.at;
      values[nameOf(field)] = this.decode(field.type, view, start, end);
    }
    return values;
  }

  /**
   * @throws RangeError where a value does not fit its type
   * @throws TypeError where it is of another kind than the type
   */
  encode(type: TypeDescription, view: DataView, at: number, value: Value): void {
    switch (type.kind) {
      case "integer":
        writeInteger(type, view, at, value);
        return;
      case "reserved":
        return;
      case "text":
        writeText(view, at, type.bytes ?? view.byteLength - at, value);
        return;
      case "struct":
        this.encodeFields(structOf(this.#device, type.struct).fields, view, at, value);
        return;
      case "array":
        this.#encodeArray(type, view, at, value);
        return;
    }
  }

  encodeFields(fields: readonly FieldDescription[], view: DataView, at: number, value: Value): void {
    if (typeof value !== "object" || Array.isArray(value))
      throw new TypeError(`an object was expected, found ${value}`);
    const values = value as Readonly<Record<string, Value>>;
    for (const field of fields) {
      const own = values[nameOf(field)];
      if (own !== undefined) this.encode(field.type, view, at + field.at, own);
    }
  }

  #decodeArray(
    type: TypeDescription & { kind: "array" },
    view: DataView,
    at: number,
    end: number,
    scope: Scope | undefined,
  ): Value {
    const left = Math.floor((end - at) / type.stride);
    const count = type.count === undefined ? left : evaluate(type.count, scope ?? NO_SCOPE);
    if (isByte(type.element))
      return new Uint8Array(view.buffer.slice(view.byteOffset + at, view.byteOffset + at + count));
    return Array.from({ length: count }, (_, i) => this.decode(type.element, view, at + i * type.stride, end));
  }

  #encodeArray(type: TypeDescription & { kind: "array" }, view: DataView, at: number, value: Value): void {
    if (typeof value !== "object" || !(Array.isArray(value) || value instanceof Uint8Array)) {
      throw new TypeError(`an array was expected, found ${String(value)}`);
    }
    const items: ArrayLike<Value> = value;
    if (typeof type.count === "number" && items.length > type.count) {
      throw new RangeError(`${items.length} elements in an array of ${type.count}`);
    }
    for (let i = 0; i < items.length; i++) this.encode(type.element, view, at + i * type.stride, items[i] as Value);
  }
}

const NO_SCOPE: Scope = { feature: () => false, config: () => 0 };

function isByte(type: TypeDescription): boolean {
  return type.kind === "integer" && type.width === 1 && type.signed !== true;
}

function structOf(device: DeviceDescription, name: string): { size: number; fields: readonly FieldDescription[] } {
  const struct = device.structs[name];
  if (struct === undefined) throw new Error(`${device.name} has no struct ${name}`);
  return struct;
}

/** Reads an integer; eight bytes wide as a number where the description bounds it, else as a bigint. */
function readInteger(type: IntegerDescription, view: DataView, at: number): number | bigint {
  const little = type.bigEndian !== true;
  switch (type.width) {
    case 1:
      return type.signed ? view.getInt8(at) : view.getUint8(at);
    case 2:
      return type.signed ? view.getInt16(at, little) : view.getUint16(at, little);
    case 4:
      return type.signed ? view.getInt32(at, little) : view.getUint32(at, little);
    case 8: {
      const value = type.signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little);
      return type.as === undefined ? Number(value) : value;
    }
  }
}

/** @throws RangeError where the value does not fit */
function writeInteger(type: IntegerDescription, view: DataView, at: number, value: Value): void {
  const integer = toBigInt(value);
  const bits = type.width * 8;
  const [low, high] = type.signed
    ? [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n]
    : [0n, 2n ** BigInt(bits) - 1n];
  if (integer < low || integer > high) throw new RangeError(`${integer} is not in ${low}..${high}`);
  const little = type.bigEndian !== true;
  for (let i = 0; i < type.width; i++) {
    const shift = BigInt(8 * (little ? i : type.width - 1 - i));
    view.setUint8(at + i, Number((integer >> shift) & 0xffn));
  }
}

function toBigInt(value: Value): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  throw new TypeError(`an integer was expected, found ${String(value)}`);
}

/** Text up to the first NUL. */
export function readText(view: DataView, at: number, bytes: number): string {
  const text = new Uint8Array(view.buffer, view.byteOffset + at, bytes);
  const end = text.indexOf(0);
  return new TextDecoder().decode(text.slice(0, end < 0 ? bytes : end));
}

/** Writes text as UTF-8, padded with NUL. @throws RangeError where it is too long */
export function writeText(view: DataView, at: number, bytes: number, value: Value): void {
  const text = value instanceof Uint8Array ? value : new TextEncoder().encode(String(value));
  if (text.length > bytes) throw new RangeError(`${text.length} bytes of text in a field of ${bytes}`);
  const field = new Uint8Array(view.buffer, view.byteOffset + at, bytes);
  field.fill(0);
  field.set(text);
}
