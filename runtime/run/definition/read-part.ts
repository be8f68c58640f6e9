import { type Codec, nameOf, type Value } from "../../virtio/codec.js";
import type {
  DeviceDescription,
  MessageDescription,
  PartFieldDescription,
  ShapeDescription,
  TypeDescription,
} from "../../virtio/description.js";
import type { Scope } from "../../virtio/expression.js";
import {
  isVariable,
  layoutPart,
  type Measure,
  type PlacedField,
  type Values,
  valueAt,
} from "../../virtio/part-layout.js";
import { arrayInWords, inWords } from "./words.js";

/** The device-readable part of a request, as much of it as is looked at. */
export interface ReadPart {
  readonly bytes: Uint8Array;
  /** Of the whole part. */
  readonly length: number;
}

/** A field in words: a value, or how much of it there is. */
export type Words = readonly [name: string, words: string];

/** What a part says, as far as it is understood. */
export interface PartRead {
  readonly words: readonly Words[];
  /** By TypeScript name. */
  readonly values: Values;
}

/** The kind that a request is of: the one whose every switch has its value. */
export function kindIndex(
  device: DeviceDescription,
  message: MessageDescription,
  read: (shape: ShapeDescription) => Values,
): number | undefined {
  return message.kinds?.findIndex(({ value, selectors, shape }) => {
    const values = read(shape);
    const wanted = selectors ?? [{ switch: message.switch ?? "", value }];
    return wanted.every((one) => valueAt(device, shape.toDevice, values, one.switch) === one.value);
  });
}

/** The fields of a part. Those that it is too short for are said to be missing. */
export function readPart(
  device: DeviceDescription,
  codec: Codec,
  fields: readonly PartFieldDescription[],
  part: ReadPart,
  agreed: Scope,
): PartRead {
  const words: Words[] = [];
  const values: Record<string, Value> = {};
  const number = (path: string): number => valueAt(device, fields, values, path) ?? 0;
  const scope: Scope = { ...agreed, field: number };
  const room = part.length + Math.min(0, ...fields.map(({ at = 0 }) => at));
  let end = 0;
  const measure: Measure = ({ type }, counted) => {
    if (type.kind !== "array") return Math.max(0, room - end);
    const stride = strideOf(type, number);
    const count = counted ?? Math.max(0, Math.floor((room - end) / stride));
    return count >= 0 ? count * stride : Number.POSITIVE_INFINITY;
  };
  const read = ({ field, at, size }: PlacedField): void => {
    if (field.at === undefined || field.at >= 0) end = Math.max(end, at + size);
    if (field.type.kind === "reserved") return;
    const stride = strideOf(field.type, number);
    words.push([field.name, inPart(device, codec, { field, at, size }, stride, part, values)]);
  };
  layoutPart(device, fields, scope, measure, read, part.length);
  return { words, values };
}

/** What a field has, which becomes one of the values; or why it has none. */
function inPart(
  device: DeviceDescription,
  codec: Codec,
  { field, at, size }: PlacedField,
  stride: number,
  { bytes, length }: ReadPart,
  values: Record<string, Value>,
): string {
  const { type } = field;
  if (at < 0 || !(at + size <= length)) return "missing";
  if (isVariable(type)) return arrayInWords(device, codec, type, bytes.subarray(at, at + size), size, stride);
  if (at + size > bytes.length) return "too far inside to be shown";
  const value = codec.decode(type, viewOf(bytes), at, at + size);
  values[nameOf(field)] = value;
  return inWords(device, type, value);
}

/** Bytes of an element. */
export function strideOf(type: TypeDescription, number: (path: string) => number): number {
  if (type.kind !== "array") return 1;
  return type.strideFrom === undefined ? type.stride : number(type.strideFrom);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
