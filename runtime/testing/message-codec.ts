import { Codec, nameOf, sizeOf, type Value } from "../virtio/codec.js";
import type {
  DeviceDescription,
  FieldDescription,
  KindDescription,
  MessageDescription,
  ShapeDescription,
  TypeDescription,
} from "../virtio/description.js";

type Values = Readonly<Record<string, Value>>;

/** The array of a part whose length the request decides; at most one. */
interface VariableField {
  readonly field: FieldDescription;
  /** Bytes of one element. */
  readonly stride: number;
}

/** Builds requests and reads replies of any device type by its description, as a driver does. */
export class MessageCodec {
  readonly #device: DeviceDescription;
  readonly #codec: Codec;

  constructor(device: DeviceDescription) {
    this.#device = device;
    this.#codec = new Codec(device);
  }

  /** The kind of that name; a message without kinds has one that is named like itself. */
  kindOf(message: MessageDescription, name: string): { shape: ShapeDescription; kind?: KindDescription } {
    const kind = message.kinds?.find((candidate) => candidate.name === name);
    if (kind !== undefined) return { shape: kind.shape, kind };
    if (message.shape !== undefined && message.name === name) return { shape: message.shape };
    throw new Error(`${this.#device.name}: message ${message.name} has no kind ${name}`);
  }

  /** The bytes of the device-readable part. Fields that are not given are zero, counts are those of their arrays. */
  encode(message: MessageDescription, name: string, values: Values): Uint8Array {
    const { shape, kind } = this.kindOf(message, name);
    const variable = this.#variable(shape.toDevice);
    const given = variable === undefined ? 0 : byteLengthOf(values[nameOf(variable.field)], variable.stride);
    const { head, tail } = this.#fixedSizes(shape.toDevice);
    const bytes = new Uint8Array(head + given + tail);
    const all = { ...values, ...counts(shape.toDevice, values), ...this.#selector(message, kind) };
    for (const field of shape.toDevice) {
      const value = all[nameOf(field)];
      if (value !== undefined) this.#put(bytes, field, value);
    }
    return bytes;
  }

  /** Bytes of the device-writable part, with room for so many bytes or elements of its array. */
  roomFor(message: MessageDescription, name: string, room: Readonly<Record<string, number>>): number {
    const { toDriver } = this.kindOf(message, name).shape;
    const variable = this.#variable(toDriver);
    const { head, tail } = this.#fixedSizes(toDriver);
    return head + tail + (variable === undefined ? 0 : (room[nameOf(variable.field)] ?? 0) * variable.stride);
  }

  /** What the device wrote. What takes the rest of the part ends where the device says that it stopped writing. */
  decode(message: MessageDescription, name: string, bytes: Uint8Array, written: number): Record<string, Value> {
    const { toDriver } = this.kindOf(message, name).shape;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { head, tail } = this.#fixedSizes(toDriver);
    const values: Record<string, Value> = {};
    const names = new Map(toDriver.map((field) => [field.name, nameOf(field)]));
    const countOf = (field: string) => Number(values[names.get(field) ?? field] ?? 0);
    const scope = { feature: () => false, config: () => 0, field: countOf };
    for (const field of toDriver) {
      if (field.type.kind === "reserved") continue;
      const at = field.at < 0 ? bytes.length + field.at : field.at;
      const end = takesRest(field.type) ? Math.max(head, Math.min(bytes.length - tail, written)) : bytes.length - tail;
      values[nameOf(field)] = this.#codec.decode(field.type, view, at, end, scope);
    }
    return values;
  }

  #put(bytes: Uint8Array, field: FieldDescription, value: Value): void {
    const at = field.at < 0 ? bytes.length + field.at : field.at;
    if (isPayload(field.type)) bytes.set(value as Uint8Array, at);
    else this.#codec.encode(field.type, new DataView(bytes.buffer), at, value);
  }

  #selector(message: MessageDescription, kind: KindDescription | undefined): Values {
    const field = kind?.shape.toDevice.find((candidate) => candidate.name === message.switch);
    return field === undefined || kind === undefined ? {} : { [nameOf(field)]: kind.value };
  }

  #variable(fields: readonly FieldDescription[]): VariableField | undefined {
    const field = fields.find(({ type }) => isVariable(type));
    if (field === undefined) return undefined;
    return { field, stride: field.type.kind === "array" ? field.type.stride : 1 };
  }

  #fixedSizes(fields: readonly FieldDescription[]): { head: number; tail: number } {
    const starts = fields.filter(({ at }) => at >= 0).map(({ at, type }) => at + sizeOf(this.#device, type));
    return { head: Math.max(0, ...starts), tail: -Math.min(0, ...fields.map(({ at }) => at)) };
  }
}

function isVariable(type: TypeDescription): boolean {
  if (type.kind === "text") return type.bytes === undefined;
  return type.kind === "array" && typeof type.count !== "number";
}

function takesRest(type: TypeDescription): boolean {
  return isVariable(type) && (type.kind !== "array" || type.count === undefined);
}

/** Bytes that take the rest of a part: they are given and returned as they are. */
function isPayload(type: TypeDescription): boolean {
  if (type.kind !== "array" || type.count !== undefined) return false;
  return type.element.kind === "integer" && type.element.width === 1;
}

function byteLengthOf(value: Value | undefined, stride: number): number {
  if (typeof value === "string") return new TextEncoder().encode(value).length;
  return value === undefined ? 0 : (value as ArrayLike<unknown>).length * stride;
}

/** The count fields that arrays of a part imply. */
function counts(fields: readonly FieldDescription[], values: Values): Values {
  const implied: Record<string, Value> = {};
  for (const { type, ...field } of fields) {
    const count = type.kind === "array" ? type.count : undefined;
    const counter =
      Array.isArray(count) && count[0] === "field" ? fields.find(({ name }) => name === count[1]) : undefined;
    const items = values[nameOf(field)];
    if (counter !== undefined && items !== undefined) implied[nameOf(counter)] = (items as ArrayLike<unknown>).length;
  }
  return implied;
}
