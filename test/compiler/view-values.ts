import type { DeviceModel, Field, IntegerType, Type } from "../../compiler/model/model.js";
import type { Value } from "../../runtime/virtio/codec.js";
import type { RandomValues } from "./random-values.js";

/** A view of a request, or of a struct in it, by the names that generated code gives its members. */
type View = Readonly<Record<string, unknown>>;
type Indexed = (...indices: readonly number[]) => Value;

interface List {
  length: number;
  at(index: number, column?: number): unknown;
  set(index: number, ...rest: readonly unknown[]): void;
}

interface Payload {
  readonly byteLength: number;
  copyTo(target: Uint8Array): void;
  copyFrom(source: Uint8Array): void;
}

/** What a behaviour sees of fields, as the plain values that a driver knows. */
export function readFields(model: DeviceModel, fields: readonly Field[], view: View): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const field of fields) values[field.ts] = readField(model, field, view);
  return values;
}

function readField(model: DeviceModel, { ts, type }: Field, view: View): Value {
  switch (type.kind) {
    case "integer":
      return readInteger(type, ts, view);
    case "struct":
      return readStruct(model, type.struct, view[ts] as View);
    case "array":
      return readArray(model, ts, type, view);
    default:
      throw new Error(`a view has no ${type.kind}`);
  }
}

function readInteger({ width, as }: IntegerType, ts: string, view: View): Value {
  if (width < 8 || (as !== "flags" && as !== "address")) return view[ts] as Value;
  return (BigInt(view[`${ts}High`] as number) << 32n) | BigInt(view[`${ts}Low`] as number);
}

function readStruct(model: DeviceModel, name: string, view: View): Record<string, Value> {
  return readFields(model, shown(model.structs.find((struct) => struct.name === name)?.fields ?? []), view);
}

/** Fields that have names; of a union the first, which is what tests write. */
export function shown(fields: readonly Field[]): readonly Field[] {
  const first = new Map<string, Field>();
  for (const field of fields) if (field.union && !first.has(field.union.name)) first.set(field.union.name, field);
  return fields.filter((field) => isNamed(field.type) && (!field.union || first.get(field.union.name) === field));
}

function isNamed(type: Type): boolean {
  return type.kind === "array" ? isNamed(type.element) : type.kind !== "reserved";
}

function readArray(model: DeviceModel, ts: string, type: Type & { kind: "array" }, view: View): Value {
  const { element, length } = type;
  const member = view[ts];
  if (typeof member === "string") return member;
  if (isPayload(member)) return bytesOf(member, element.kind === "char" && length.kind === "rest");
  if (typeof member === "function")
    return readIndexed(type, (...indices) => (member as Indexed).call(view, ...indices));
  const list = member as List;
  const items = Array.from({ length: list.length }, (_, i) => {
    if (element.kind === "struct") return readStruct(model, element.struct, list.at(i) as View);
    if (element.kind !== "array") return list.at(i) as Value;
    const columns = element.length.kind === "fixed" ? element.length.count : 0;
    return plain(
      element.element,
      Array.from({ length: columns }, (_, j) => list.at(i, j) as Value),
    );
  });
  return length.kind === "fixed" ? items : plain(element, items);
}

function isPayload(member: unknown): member is Payload {
  return typeof member === "object" && member !== null && "byteLength" in member;
}

function bytesOf(payload: Payload, isText: boolean): Value {
  const bytes = new Uint8Array(payload.byteLength);
  payload.copyTo(bytes);
  return isText ? new TextDecoder().decode(bytes) : bytes;
}

function readIndexed({ element, length }: Type & { kind: "array" }, read: Indexed): Value {
  const count = length.kind === "fixed" ? length.count : 0;
  const inner = element.kind === "array" && element.element.kind !== "char" ? element : undefined;
  const items = Array.from({ length: count }, (_, i) =>
    inner ? readIndexed(inner, (...more) => read(i, ...more)) : read(i),
  );
  return plain(element, items);
}

/** Bytes are a Uint8Array. */
function plain(element: Type, items: readonly Value[]): Value {
  const isByte = element.kind === "char" || (element.kind === "integer" && element.width === 1 && !element.signed);
  return isByte ? Uint8Array.from(items as readonly number[]) : items;
}

/** Fills the answer of a request with random values, and returns them as the driver is to see them. */
export class AnswerWriter {
  readonly #model: DeviceModel;
  readonly #random: RandomValues;

  constructor(model: DeviceModel, random: RandomValues) {
    this.#model = model;
    this.#random = random;
  }

  fill(fields: readonly Field[], view: View): Record<string, Value> {
    const written: Record<string, Value> = {};
    for (const field of fields) written[field.ts] = this.#field(field, view);
    return written;
  }

  #field(field: Field, view: View): Value {
    const { type, ts } = field;
    if (type.kind === "integer") return this.#integer(field, type, view);
    if (type.kind === "struct") return this.#struct(type.struct, view[ts] as View);
    if (type.kind !== "array") throw new Error(`a view has no ${type.kind}`);
    const member = view[ts];
    if (isPayload(member)) return this.#payload(member, type.element.kind === "char" && type.length.kind === "rest");
    if (typeof member === "string") return this.#set(view, ts, "ok");
    if (typeof member === "function") return this.#indexed(type, ts, view, []);
    return this.#list(field, type, member as List);
  }

  #set(view: View, ts: string, value: Value): Value {
    Reflect.set(view, ts, value);
    return value;
  }

  #integer(field: Field, type: IntegerType, view: View): Value {
    const value = this.#random.integer(field, type);
    if (type.width < 8 || (type.as !== "flags" && type.as !== "address")) return this.#set(view, field.ts, value);
    this.#set(view, `${field.ts}Low`, Number(BigInt(value) & 0xffff_ffffn));
    this.#set(view, `${field.ts}High`, Number(BigInt(value) >> 32n));
    return value;
  }

  #struct(name: string, view: View): Record<string, Value> {
    return this.fill(shown(this.#model.structs.find((struct) => struct.name === name)?.fields ?? []), view);
  }

  #payload(payload: Payload, isText: boolean): Value {
    const bytes = Uint8Array.from({ length: payload.byteLength }, () => this.#random.between(97, 122));
    payload.copyFrom(bytes);
    return isText ? new TextDecoder().decode(bytes) : bytes;
  }

  #indexed(type: Type & { kind: "array" }, ts: string, view: View, indices: readonly number[]): Value {
    const { element, length } = type;
    const count = length.kind === "fixed" ? length.count : 0;
    const items = Array.from({ length: count }, (_, i): Value => {
      const all = [...indices, i];
      if (element.kind === "array" && element.element.kind !== "char") return this.#indexed(element, ts, view, all);
      const value = element.kind === "integer" ? this.#element(element) : "x";
      (view[`set${ts.charAt(0).toUpperCase()}${ts.slice(1)}`] as (...values: readonly Value[]) => void).call(
        view,
        ...all,
        value,
      );
      return value;
    });
    return plain(element, items);
  }

  #list(field: Field, { element, length }: Type & { kind: "array" }, list: List): Value {
    if (length.kind !== "fixed" && list.length === 0) list.length = (list as List & { capacity: number }).capacity;
    const items = Array.from({ length: list.length }, (_, i): Value => {
      if (element.kind === "struct") return this.#struct(element.struct, list.at(i) as View);
      if (element.kind !== "array")
        return this.#put(list, [i], element.kind === "integer" ? this.#element(element) : 65);
      const inner = element.element as IntegerType;
      const columns = element.length.kind === "fixed" ? element.length.count : 0;
      return plain(
        inner,
        Array.from({ length: columns }, (_, j) => this.#put(list, [i, j], this.#element(inner))),
      );
    });
    return length.kind === "fixed" && field.type.kind !== "array" ? items : plain(element, items);
  }

  #put(list: List, indices: readonly number[], value: Value): Value {
    list.set(...(indices as [number]), value);
    return value;
  }

  #element(type: IntegerType): Value {
    const bare = { name: "", ts: "", at: { from: "start" as const, bytes: 0 }, size: 0, type, powerOfTwo: false };
    return this.#random.integer(bare, type);
  }
}
