import type { DeviceModel, Field, Type } from "../../compiler/model/model.js";
import type { Value } from "../../runtime/virtio/codec.js";
import type { RandomValues } from "./random-values.js";

/** Elements that a random array has beyond those that it has to have. */
const MOST = 3;

/** Draws values of a struct of any length: what counts its arrays follows from them. */
export class RecordValues {
  readonly #model: DeviceModel;
  readonly #values: RandomValues;

  constructor(model: DeviceModel, values: RandomValues) {
    this.#model = model;
    this.#values = values;
  }

  struct(name: string): Record<string, Value> {
    const fields = this.#model.structs.find((struct) => struct.name === name)?.fields ?? [];
    const counters = new Map(fields.flatMap((field) => counterOf(field) ?? []).map((counter) => [counter, -1]));
    const values: Record<string, Value> = {};
    const unions = new Set<string>();
    for (const field of fields) {
      const isOther = field.union !== undefined && unions.has(field.union.name);
      if (field.union) unions.add(field.union.name);
      if (isOther || field.type.kind === "reserved" || counters.has(field.name) || !this.#values.exists(field))
        continue;
      values[field.ts] = this.#field(field, fields, values, counters);
    }
    return values;
  }

  #field(field: Field, fields: readonly Field[], values: Record<string, Value>, counters: Map<string, number>): Value {
    const { type } = field;
    if (type.kind === "integer") return this.#values.integer(field, type);
    if (type.kind === "struct") return this.struct(type.struct);
    if (type.kind !== "array") throw new Error(`no value of ${type.kind}`);
    const counter = counterOf(field);
    if (type.length.kind === "fixed") return this.#array(type, type.length.count);
    if (type.length.kind === "counted" && counter === undefined) {
      const read = (path: string): number => Number(values[fields.find(({ name }) => name === path)?.ts ?? ""] ?? 0);
      return this.#array(type, this.#values.value(type.length.count, read));
    }
    const known = counters.get(counter ?? "") ?? -1;
    const length = known >= 0 ? known : this.#length(field);
    if (counter !== undefined) counters.set(counter, length);
    return this.#array(type, length);
  }

  #length({ min, max }: Field): number {
    const least = min === undefined ? 0 : this.#values.value(min);
    return this.#values.between(least, Math.min(least + MOST, max === undefined ? Infinity : this.#values.value(max)));
  }

  #array({ element }: Type & { kind: "array" }, count: number): Value {
    if (element.kind === "char") return "abcdefgh".slice(0, Math.min(count, this.#values.between(0, 8)));
    const items = Array.from({ length: count }, (): Value => {
      if (element.kind === "struct") return this.struct(element.struct);
      if (element.kind === "array")
        return this.#array(element, element.length.kind === "fixed" ? element.length.count : 0);
      const bare = { name: "", ts: "", at: { from: "start" as const, bytes: 0 }, size: 0, powerOfTwo: false };
      return element.kind === "integer" ? this.#values.integer({ ...bare, type: element }, element) : 0;
    });
    const isByte = element.kind === "integer" && element.width === 1 && !element.signed;
    return isByte ? Uint8Array.from(items as number[]) : items;
  }
}

/** The field that an array is counted by, where it is that alone. */
function counterOf({ type }: Field): string | undefined {
  const count = type.kind === "array" && type.length.kind === "counted" ? type.length.count : 0;
  return typeof count === "object" && count[0] === "field" ? count[1] : undefined;
}
