import { Codec, nameOf, type Value } from "./codec.js";
import type {
  DeviceDescription,
  KindDescription,
  MessageDescription,
  PartFieldDescription,
  ShapeDescription,
} from "./description.js";
import type { Scope } from "./expression.js";
import {
  counterOf,
  isVariable,
  layoutPart,
  type PlacedField,
  type Values,
  valueAt,
  withValueAt,
} from "./part-layout.js";

export type { Values } from "./part-layout.js";

/** What a message's layout depends on beside its own fields: the negotiated features and the configuration. */
export type Surroundings = Pick<Scope, "feature" | "config">;

const NOTHING: Surroundings = { feature: () => false, config: () => 0 };

/** Builds requests and reads replies of any device type by its description, as a driver does. */
export class MessageCodec {
  readonly #device: DeviceDescription;
  readonly #codec: Codec;
  readonly #surroundings: Surroundings;

  constructor(device: DeviceDescription, surroundings: Surroundings = NOTHING) {
    this.#device = device;
    this.#codec = new Codec(device);
    this.#surroundings = surroundings;
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
    const all = this.#complete(message, kind, shape.toDevice, values);
    const scope = this.#scope(shape.toDevice, all, []);
    const { fields, size } = layoutPart(this.#device, shape.toDevice, scope, (field, count) =>
      this.#given(field, count, all, scope),
    );
    const bytes = new Uint8Array(size);
    for (const placed of fields) this.#put(bytes, placed, all[nameOf(placed.field)]);
    return bytes;
  }

  /**
   * Bytes of the device-writable part, with room for so many bytes or elements of its array.
   *
   * @param values what the driver sends, for lengths that it decides
   */
  roomFor(message: MessageDescription, name: string, room: Readonly<Record<string, number>>, values: Values): number {
    const { shape, kind } = this.kindOf(message, name);
    const all = this.#complete(message, kind, shape.toDevice, values);
    const scope = this.#scope(shape.toDevice, all, []);
    const measure = (field: PartFieldDescription, count: number | undefined): number => {
      const isChosen = count === undefined || isCountedBy(field, shape.toDriver);
      return (isChosen ? (room[nameOf(field)] ?? 0) : count) * strideOf(field, scope);
    };
    return layoutPart(this.#device, shape.toDriver, scope, measure).size;
  }

  /** What the device wrote. What takes the rest of the part ends where the device says that it stopped writing. */
  decode(
    message: MessageDescription,
    name: string,
    bytes: Uint8Array,
    written: number,
    values: Values = {},
  ): Record<string, Value> {
    const { shape, kind } = this.kindOf(message, name);
    const sent = this.#complete(message, kind, shape.toDevice, values);
    return this.#read(shape.toDriver, bytes, written, shape.toDevice, sent);
  }

  /** What a driver sent, from the bytes of the device-readable part. */
  decodeRequest(message: MessageDescription, name: string, bytes: Uint8Array): Record<string, Value> {
    return this.#read(this.kindOf(message, name).shape.toDevice, bytes, bytes.length, [], {});
  }

  #read(
    part: readonly PartFieldDescription[],
    bytes: Uint8Array,
    written: number,
    sentPart: readonly PartFieldDescription[],
    sent: Values,
  ): Record<string, Value> {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const values: Record<string, Value> = {};
    const scope = this.#scope(part, values, sentPart, sent);
    const tail = -Math.min(0, ...part.map(({ at = 0 }) => at));
    let head = 0;
    const measure = (field: PartFieldDescription, count: number | undefined): number => {
      if (count !== undefined) return count * strideOf(field, scope);
      return Math.max(0, Math.min(bytes.length - tail, written) - head);
    };
    const read = ({ field, at, size }: PlacedField): void => {
      head = at + size;
      if (field.type.kind !== "reserved") values[nameOf(field)] = this.#take(field, view, at, size, scope);
    };
    layoutPart(this.#device, part, scope, measure, read, bytes.length);
    return values;
  }

  #take(field: PartFieldDescription, view: DataView, at: number, size: number, scope: Scope): Value {
    const { type } = field;
    const spaced = type.kind === "array" && type.strideFrom !== undefined;
    return this.#codec.decode(spaced ? { ...type, stride: strideOf(field, scope) } : type, view, at, at + size, scope);
  }

  /** Bytes of an array that a request gives. Where fields count it, it is as long as it is given, right or wrong. */
  #given(field: PartFieldDescription, count: number | undefined, values: Values, scope: Scope): number {
    const value = values[nameOf(field)];
    if (typeof value === "string") return new TextEncoder().encode(value).length;
    const isConfigured = count !== undefined && !mentionsField(field);
    const length = value === undefined ? 0 : (value as ArrayLike<unknown>).length;
    return (isConfigured ? count : length) * strideOf(field, scope);
  }

  #put(bytes: Uint8Array, { field, at, size }: PlacedField, value: Value | undefined): void {
    if (value === undefined) return;
    const { type } = field;
    if (isVariable(type) && value instanceof Uint8Array) bytes.set(value.subarray(0, size), at);
    else this.#codec.encode(type, new DataView(bytes.buffer, 0, at + size), at, value);
  }

  /** Values with the counts of arrays and with what tells the kind. */
  #complete(
    message: MessageDescription,
    kind: KindDescription | undefined,
    part: readonly PartFieldDescription[],
    values: Values,
  ): Values {
    let all: Values = { ...values, ...impliedCounts(part, values) };
    const own =
      kind === undefined || message.switch === undefined ? [] : [{ switch: message.switch, value: kind.value }];
    for (const { switch: path, value } of kind?.selectors ?? own)
      all = withValueAt(this.#device, part, all, path, value);
    return all;
  }

  #scope(
    part: readonly PartFieldDescription[],
    values: Values,
    sentPart: readonly PartFieldDescription[],
    sent: Values = {},
  ): Scope {
    const field = (path: string): number =>
      valueAt(this.#device, part, values, path) ?? valueAt(this.#device, sentPart, sent, path) ?? 0;
    return { ...this.#surroundings, field };
  }
}

/** Bytes of one element. */
function strideOf({ type }: PartFieldDescription, scope: Scope): number {
  if (type.kind !== "array") return 1;
  return type.strideFrom === undefined ? type.stride : (scope.field?.(type.strideFrom) ?? 0);
}

function countOf({ type }: PartFieldDescription): unknown {
  return type.kind === "array" ? type.count : undefined;
}

function mentionsField(field: PartFieldDescription): boolean {
  return JSON.stringify(countOf(field) ?? 0).includes('"field"');
}

/** Whether an array is counted by a field of the same part. */
function isCountedBy(field: PartFieldDescription, part: readonly PartFieldDescription[]): boolean {
  const counter = counterOf(field);
  return counter !== undefined && part.some(({ name }) => name === counter);
}

/** The count fields that arrays of a part imply. */
export function impliedCounts(fields: readonly PartFieldDescription[], values: Values): Values {
  const implied: Record<string, Value> = {};
  for (const field of fields) {
    const name = counterOf(field);
    const counter = fields.find((other) => other.name === name);
    const items = values[nameOf(field)];
    if (counter !== undefined && items !== undefined) implied[nameOf(counter)] = (items as ArrayLike<unknown>).length;
  }
  return implied;
}
