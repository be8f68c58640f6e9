import { Codec, nameOf, sizeOf, type Value } from "./codec.js";
import type { ArrayDescription, DeviceDescription, PartFieldDescription, TypeDescription } from "./description.js";
import { evaluate, type Scope } from "./expression.js";
import { checkLimits } from "./field-limits.js";
import { counterOf, isPresent, isVariable } from "./part-layout.js";
import { fieldsOf, scopeOf, structIn } from "./record-fields.js";

/** Reads one struct of any length, field after field, from bytes that anybody may have written. */
export class RecordReader {
  readonly #device: DeviceDescription;
  readonly #codec: Codec;
  readonly #feature: Scope["feature"];
  readonly #view: DataView;
  #at = 0;

  /** @param feature whether a feature is negotiated */
  constructor(device: DeviceDescription, feature: Scope["feature"], bytes: Uint8Array) {
    this.#device = device;
    this.#codec = new Codec(device);
    this.#feature = feature;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @throws RangeError where the bytes are too few, too many, or hold a value outside of its limits */
  read(struct: string): Record<string, Value> {
    const values = this.#struct(struct, struct);
    const more = this.#left;
    if (more > 0) throw new RangeError(`${struct} ends after ${this.#at} bytes, and ${more} follow`);
    return values;
  }

  get #left(): number {
    return this.#view.byteLength - this.#at;
  }

  #struct(name: string, path: string): Record<string, Value> {
    const fields = fieldsOf(this.#device, name);
    const values: Record<string, Value> = {};
    const scope = scopeOf(fields, values, this.#feature);
    let union = { name: "", start: 0 };
    for (const field of fields.filter((one) => isPresent(one, scope))) {
      if (field.union?.name !== union.name) union = { name: field.union?.name ?? "", start: this.#at };
      if (field.union !== undefined) this.#at = union.start;
      const value = this.#field(field, `${path}.${field.name}`, scope);
      if (field.type.kind !== "reserved") values[nameOf(field)] = value;
      if (field.union !== undefined) this.#at = this.#endOf(union.start, field.union.size, `${path}.${union.name}`);
    }
    const counters = new Set(fields.map(counterOf));
    for (const field of fields) if (counters.has(field.name)) delete values[nameOf(field)];
    return values;
  }

  /** Where so many bytes end. @throws RangeError where there are not as many */
  #endOf(start: number, size: number, path: string): number {
    const left = this.#view.byteLength - start;
    if (size > left) throw new RangeError(`${path} has ${size} bytes, and ${left} are left`);
    return start + size;
  }

  #field(field: PartFieldDescription, path: string, scope: Scope): Value {
    const { type } = field;
    if (type.kind === "struct") return this.#struct(type.struct, path);
    const element = structIn(type);
    const count = type.kind === "array" ? countOf(type, path, scope) : undefined;
    const value = element === undefined ? this.#plain(type, count, path) : this.#structs(element, count, path);
    checkLimits(field, value, path, scope);
    return value;
  }

  /** What takes the rest of the bytes takes whole elements. */
  #plain(type: TypeDescription, count: number | undefined, path: string): Value {
    const start = this.#at;
    const stride = type.kind === "array" ? type.stride : 1;
    const size = isVariable(type) ? stride * (count ?? Math.floor(this.#left / stride)) : sizeOf(this.#device, type);
    this.#at = this.#endOf(start, size, path);
    const counted = type.kind === "array" ? { ...type, count: size / stride } : type;
    return this.#codec.decode(counted, this.#view, start, this.#at);
  }

  #structs(element: string, count: number | undefined, path: string): Value[] {
    const values: Value[] = [];
    while (count === undefined ? this.#left > 0 : values.length < count) {
      const start = this.#at;
      values.push(this.#struct(element, `${path}[${values.length}]`));
      if (this.#at === start) throw new RangeError(`${path}[${values.length - 1}] has no bytes`);
    }
    return values;
  }
}

/** Elements of an array, where something says how many. @throws RangeError where that is less than none */
function countOf({ count }: ArrayDescription, path: string, scope: Scope): number | undefined {
  const elements = count === undefined ? undefined : evaluate(count, scope);
  if (elements !== undefined && elements < 0) throw new RangeError(`${path} would have ${elements} elements`);
  return elements;
}
