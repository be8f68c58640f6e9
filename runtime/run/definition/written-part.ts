import { type Codec, nameOf, type Value } from "../../virtio/codec.js";
import type { DeviceDescription, PartFieldDescription } from "../../virtio/description.js";
import type { Scope } from "../../virtio/expression.js";
import { impliedCounts } from "../../virtio/message-codec.js";
import { layoutPart, type Measure, type Values, valueAt } from "../../virtio/part-layout.js";
import type { WritablePayload } from "../../virtqueue/payload.js";
import { strideOf } from "./read-part.js";

/** A device-writable part as bytes: what lies at its start, and what lies at the end of the buffer, however long that is. */
export interface WrittenPart {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

/**
 * What a device says, as bytes. Fields that are not given are zero, and counts those of their arrays. Arrays are at least as long as
 * fields before them say, or those of the request, or the configuration.
 *
 * @param agreed with the fields of the request
 * @param room bytes of the buffer: of an array that is not given no more than do not fit are made
 * @throws RangeError where a value does not fit
 */
export function writtenPart(
  device: DeviceDescription,
  codec: Codec,
  fields: readonly PartFieldDescription[],
  given: Values,
  agreed: Scope,
  room: number = Number.POSITIVE_INFINITY,
): WrittenPart {
  const values: Values = { ...impliedCounts(fields, given), ...given };
  const number = (path: string): number => valueAt(device, fields, values, path) ?? agreed.field?.(path) ?? 0;
  const scope: Scope = { ...agreed, field: number };
  const measure: Measure = ({ type, ...field }, counted = 0) => {
    const stride = strideOf(type, number);
    return Math.max(lengthOf(values[nameOf(field)]) * stride, Math.min(counted * stride, room + 1));
  };
  const { fields: placed, size } = layoutPart(device, fields, scope, measure);
  const bytes = new Uint8Array(size);
  for (const { field, at, size: own } of placed) {
    const value = values[nameOf(field)];
    const type = field.type.kind === "array" ? { ...field.type, stride: strideOf(field.type, number) } : field.type;
    if (value !== undefined) codec.encode(type, new DataView(bytes.buffer, 0, at + own), at, value);
  }
  const tail = -Math.min(0, ...fields.map(({ at = 0 }) => at));
  return { head: bytes.subarray(0, size - tail), tail: bytes.subarray(size - tail) };
}

/** Puts a part into a buffer; false, with nothing written, where there is no room for it. */
export function putPart({ head, tail }: WrittenPart, buffer: WritablePayload): boolean {
  const room = buffer.byteLength;
  if (head.length + tail.length > room) return false;
  buffer.copyFrom(head);
  buffer.copyFrom(tail, 0, room - tail.length, tail.length);
  return true;
}

/** Elements of an array, bytes of a text. */
function lengthOf(value: Value | undefined): number {
  if (typeof value === "string") return new TextEncoder().encode(value).length;
  return value instanceof Uint8Array || Array.isArray(value) ? value.length : 0;
}
