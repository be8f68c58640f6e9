import { type Codec, sizeOf, type Value } from "../../virtio/codec.js";
import type {
  DeviceDescription,
  FieldDescription,
  MessageDescription,
  TypeDescription,
} from "../../virtio/description.js";
import { evaluate, type Scope } from "../../virtio/expression.js";
import { kindsOf } from "./answers.js";

/** The device-readable part of a request, as much of it as is looked at. */
export interface ReadPart {
  readonly bytes: Uint8Array;
  /** Of the whole part. */
  readonly length: number;
}

/** A field in words: a value, or how much of it there is. */
export type Words = readonly [name: string, words: string];

/** What the switch field says; undefined where the part is too short for it. */
export function switchValue(codec: Codec, message: MessageDescription, { bytes }: ReadPart): number | undefined {
  const field = kindsOf(message)[0]?.shape.toDevice.find(({ name }) => name === message.switch);
  if (field?.type.kind !== "integer" || field.at + field.type.width > bytes.length) return undefined;
  return Number(codec.decode(field.type, viewOf(bytes), field.at));
}

/** The fields of a part in words. Those that it is too short for are said to be missing. */
export function readPart(
  device: DeviceDescription,
  codec: Codec,
  fields: readonly FieldDescription[],
  part: ReadPart,
): Words[] {
  const values = new Map<string, Value>();
  const scope: Scope = { feature: () => false, config: () => 0, field: (name) => Number(values.get(name) ?? 0) };
  const tail = -Math.min(0, ...fields.map(({ at }) => at));
  return fields.flatMap(({ name, type, at }): Words[] => {
    if (type.kind === "reserved") return [];
    const start = at < 0 ? part.length + at : at;
    const end = at < 0 ? part.length : part.length - tail;
    const counted = countOf(type, scope, end - start);
    if (start < 0 || counted === undefined || start + (counted.bytes ?? sizeOf(device, type)) > part.length)
      return [[name, "missing"]];
    if (counted.words !== undefined) return [[name, counted.words]];
    if (start + sizeOf(device, type) > part.bytes.length) return [[name, "too far inside to be shown"]];
    const value = codec.decode(type, viewOf(part.bytes), start, end);
    values.set(name, value);
    return [[name, inWords(device, type, value)]];
  });
}

interface Counted {
  readonly bytes?: number;
  /** Of what has the length that the request chooses. */
  readonly words?: string;
}

function countOf(type: TypeDescription, scope: Scope, left: number): Counted | undefined {
  if (type.kind === "text" && type.bytes === undefined) return { bytes: Math.max(0, left), words: `${left} bytes` };
  if (type.kind !== "array" || typeof type.count === "number") return {};
  const count = type.count === undefined ? Math.floor(left / type.stride) : evaluate(type.count, scope);
  if (!(count >= 0)) return undefined;
  return { bytes: count * type.stride, words: type.stride === 1 ? `${count} bytes` : `${count} elements` };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A value with its name, where its list has one: `2 (UNSUPP)`. */
export function inWords(device: DeviceDescription, type: TypeDescription, value: Value): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => inWords(device, elementOf(type), item)).join(", ")}]`;
  if (typeof value === "object") {
    const inner = Object.entries(value as Readonly<Record<string, Value>>);
    return `{ ${inner.map(([name, item]) => `${name}: ${inWords(device, nameless, item)}`).join(", ")} }`;
  }
  const list = type.kind === "integer" && type.as !== "flags" ? device.names[type.names ?? ""] : undefined;
  const name = Object.entries(list ?? {}).find(([, number]) => number === Number(value))?.[0];
  return name === undefined ? String(value) : `${value} (${name})`;
}

function elementOf(type: TypeDescription): TypeDescription {
  return type.kind === "array" ? type.element : nameless;
}

const nameless: TypeDescription = { kind: "integer", width: 1 };
