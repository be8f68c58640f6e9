import { Codec, nameOf, sizeOf, type Value } from "./codec.js";
import type { ArrayDescription, DeviceDescription, PartFieldDescription, TypeDescription } from "./description.js";
import { evaluate, type Scope } from "./expression.js";
import { checkLimits } from "./field-limits.js";
import { counterOf, isPresent, isVariable, type Values } from "./part-layout.js";
import { fieldsOf, scopeOf, structIn } from "./record-fields.js";

/** Writes one struct of any length, field after field. */
export class RecordWriter {
  readonly #device: DeviceDescription;
  readonly #codec: Codec;
  readonly #feature: Scope["feature"];
  readonly #chunks: Uint8Array[] = [];

  /** @param feature whether a feature is negotiated */
  constructor(device: DeviceDescription, feature: Scope["feature"]) {
    this.#device = device;
    this.#codec = new Codec(device);
    this.#feature = feature;
  }

  /**
   * Fields that are not given are zero; what counts an array follows from it.
   *
   * @throws RangeError where a value is outside of its limits, or does not fit its type
   * @throws TypeError where it is of another kind than the type
   */
  write(struct: string, values: Values): Uint8Array {
    this.#struct(struct, values, struct);
    return joined(this.#chunks);
  }

  #struct(name: string, given: Value, path: string): void {
    if (typeof given !== "object" || given === null || Array.isArray(given) || given instanceof Uint8Array)
      throw new TypeError(`${path}: an object was expected, found ${String(given)}`);
    const fields = fieldsOf(this.#device, name);
    const present = fields.filter((field) => isPresent(field, scopeOf(fields, {}, this.#feature)));
    const values = withCounts(present, given as Values, path);
    const scope = scopeOf(fields, values, this.#feature);
    for (const [i, field] of present.entries()) {
      const { union } = field;
      if (union === undefined) this.#field(field, values[nameOf(field)], `${path}.${field.name}`, scope);
      else if (present[i - 1]?.union?.name !== union.name) {
        const members = present.filter((other) => other.union?.name === union.name);
        this.#union(members, union.size, values, path, scope);
      }
    }
  }

  /** Members lie at one place: the last that is given is there. */
  #union(members: readonly PartFieldDescription[], size: number, values: Values, path: string, scope: Scope): void {
    const bytes = new Uint8Array(size);
    for (const field of members) {
      const value = values[nameOf(field)];
      if (value === undefined) continue;
      const member = new RecordWriter(this.#device, this.#feature);
      member.#field(field, value, `${path}.${field.name}`, scope);
      bytes.set(joined(member.#chunks));
    }
    this.#chunks.push(bytes);
  }

  #field(field: PartFieldDescription, given: Value | undefined, path: string, scope: Scope): void {
    const { type } = field;
    if (type.kind === "struct") return this.#struct(type.struct, given ?? {}, path);
    const value = given ?? (type.kind === "text" ? "" : type.kind === "array" ? [] : 0);
    const element = structIn(type);
    const length = type.kind === "array" ? lengthOf(type, value, path, scope) : 0;
    if (type.kind === "array" && element !== undefined) {
      for (let i = 0; i < length; i++) this.#struct(element, (value as readonly Value[])[i] ?? {}, `${path}[${i}]`);
    } else this.#chunks.push(this.#plain(type, value, length, path));
    checkLimits(field, value, path, scope);
  }

  #plain(type: TypeDescription, value: Value, length: number, path: string): Uint8Array {
    const rest = type.kind === "text" ? new TextEncoder().encode(String(value)).length : 0;
    const varying = type.kind === "array" ? length * type.stride : rest;
    const bytes = new Uint8Array(isVariable(type) ? varying : sizeOf(this.#device, type));
    try {
      this.#codec.encode(type, new DataView(bytes.buffer), 0, value);
    } catch (error) {
      const Same = error instanceof TypeError ? TypeError : RangeError;
      throw new Same(`${path}: ${(error as Error).message}`, { cause: error });
    }
    return bytes;
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function isList(value: Value): value is readonly Value[] | Uint8Array {
  return Array.isArray(value) || value instanceof Uint8Array;
}

/** Elements of an array: as many as are given, which is what its count says. */
function lengthOf(type: ArrayDescription, value: Value, path: string, scope: Scope): number {
  if (!isList(value)) throw new TypeError(`${path}: an array was expected, found ${String(value)}`);
  if (type.count === undefined) return value.length;
  const count = evaluate(type.count, scope);
  if (typeof type.count === "number" ? value.length <= count : value.length === count) return count;
  throw new RangeError(`${path} has ${value.length} elements, and ${count} were expected`);
}

/** Values with what counts arrays. @throws RangeError where one field counts two that are not as long */
function withCounts(fields: readonly PartFieldDescription[], values: Values, path: string): Values {
  const counts = new Map<string, number>();
  for (const field of fields) {
    const counter = counterOf(field);
    const value = values[nameOf(field)] ?? [];
    if (counter === undefined || !isList(value)) continue;
    const { length } = value;
    const other = counts.get(counter) ?? length;
    if (other !== length)
      throw new RangeError(`${path}.${field.name} has ${length} elements, and ${other} were expected`);
    counts.set(counter, length);
  }
  const counted = fields.filter(({ name }) => counts.has(name));
  return {
    ...values,
    ...Object.fromEntries(counted.map((field) => [nameOf(field), counts.get(field.name) as number])),
  };
}
