import { evaluate } from "../../compiler/model/evaluate.js";
import type { Expression } from "../../compiler/model/expression.js";
import type { DeviceModel, Field, IntegerType, Type } from "../../compiler/model/model.js";
import type { Value } from "../../runtime/virtio/codec.js";

/** Elements that a random array has at the most, where its definition asks for no more. */
const MOST = 3;

/** What expressions of limits and counts stand for. */
export interface Surroundings {
  readonly feature: (name: string) => boolean;
  readonly config: (name: string) => number;
}

/** Draws values that a definition allows, from one source of random numbers. */
export class RandomValues {
  readonly #model: DeviceModel;
  readonly #random: () => number;
  readonly #around: Surroundings;

  /** @param random numbers from 0 up to 1 */
  constructor(model: DeviceModel, random: () => number, around: Surroundings) {
    this.#model = model;
    this.#random = random;
    this.#around = around;
  }

  /** One of the integers from `min` to `max`. */
  between(min: number, max: number): number {
    return min + Math.floor(this.#random() * (Math.min(max, Number.MAX_SAFE_INTEGER) - min + 1));
  }

  /** Whether a field exists. */
  exists({ if: gate }: Pick<Field, "if">): boolean {
    return gate === undefined || this.value(gate) !== 0;
  }

  value(expression: Expression, fields: (path: string) => number = () => 0): number {
    return evaluate(expression, { ...this.#around, field: fields });
  }

  /**
   * Values for the fields of a part, by TypeScript name.
   *
   * @param counts most that fields which count arrays may be, by wire name
   */
  fields(
    part: readonly Field[],
    counts: ReadonlyMap<string, number>,
    sent: Record<string, Value> = {},
  ): Record<string, Value> {
    const values: Record<string, Value> = {};
    const unions = new Set<string>();
    for (const field of part) {
      const isOther = field.union !== undefined && unions.has(field.union.name);
      if (field.union) unions.add(field.union.name);
      if (isOther || field.type.kind === "reserved" || !this.exists(field)) continue;
      const scope = (path: string): number =>
        Number(at(this.#model, part, values, path) ?? at(this.#model, part, sent, path) ?? 0);
      values[field.ts] = this.#field(field, counts, scope);
    }
    return values;
  }

  #field(field: Field, counts: ReadonlyMap<string, number>, scope: (path: string) => number): Value {
    const { type } = field;
    if (type.kind === "array") return this.#array(field, type, scope);
    if (type.kind === "integer") return this.integer(field, type, counts.get(field.name));
    return this.#plain(field, type, counts);
  }

  #plain(field: Field, type: Type, counts: ReadonlyMap<string, number>): Value {
    if (type.kind === "integer") return this.integer(field, type);
    if (type.kind === "array") return this.#array(field, type, () => 0);
    if (type.kind !== "struct") return 0;
    const struct = this.#model.structs.find(({ name }) => name === type.struct);
    const inner = [...counts].flatMap(([path, most]): [string, number][] =>
      path.startsWith(`${field.name}.`) ? [[path.slice(field.name.length + 1), most]] : [],
    );
    return this.fields(struct?.fields ?? [], new Map(inner));
  }

  #array(field: Field, type: Type & { kind: "array" }, scope: (path: string) => number): Value {
    const { length, element } = type;
    const step = field.multipleOf ?? 1;
    const least = Math.ceil((field.min === undefined ? 0 : this.value(field.min)) / step) * step;
    const most = field.max === undefined ? least + MOST * step : Math.min(this.value(field.max), least + MOST * step);
    const chosen =
      step * this.between(Math.ceil(least / step), Math.max(Math.ceil(least / step), Math.floor(most / step)));
    const count =
      length.kind === "fixed" ? length.count : length.kind === "rest" ? chosen : this.value(length.count, scope);
    if (element.kind === "char")
      return length.kind === "counted" ? this.#bytes(count) : "abcdefgh".slice(0, Math.min(count, this.between(0, 8)));
    if (element.kind === "integer" && element.width === 1 && !element.signed) return this.#bytes(count);
    const plain: Field = { ...(length.kind === "fixed" ? field : without(field)), type: element };
    return Array.from({ length: count }, () => this.#plain(plain, element, new Map()));
  }

  #bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.between(0, 255));
  }

  /** A value that the field may have. */
  integer(field: Field, type: IntegerType, most?: number): number | bigint {
    const known = type.otherBits === undefined ? undefined : this.#knownBits(type);
    if (type.width === 8 && type.as !== "number")
      return type.signed ? BigInt(this.between(-1000, 1000)) : this.#wide() & (known ?? -1n);
    const bits = type.as === "number" && type.width === 8 ? 53 : type.width * 8;
    const held = type.signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
    const min = Math.max(held[0] as number, field.min === undefined ? -Infinity : this.value(field.min));
    const max = Math.min(
      held[1] as number,
      field.max === undefined ? Infinity : this.value(field.max),
      most ?? Infinity,
    );
    if (field.powerOfTwo) return 2 ** this.between(0, Math.floor(Math.log2(Math.max(1, Math.min(max, 2 ** 30)))));
    const value = this.between(min, Math.max(min, max));
    const step = field.multipleOf ?? 1;
    return known === undefined
      ? Math.max(Math.ceil(min / step) * step, Math.floor(value / step) * step)
      : Number(BigInt(value) & known);
  }

  /** Bits that a field may have set, where others are refused: of names of several bits the lowest. */
  #knownBits({ bits, names: list }: IntegerType): bigint {
    const values = this.#model.names.find(({ name }) => name === list)?.values ?? [];
    const named = values.filter((value) => this.exists(value)).map(({ value }) => value);
    return [...bits.map(({ low }) => low), ...named].reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n);
  }

  #wide(): bigint {
    return (BigInt(this.between(0, 2 ** 32 - 1)) << 32n) | BigInt(this.between(0, 2 ** 32 - 1));
  }
}

function without(field: Field): Field {
  const { min: _min, max: _max, multipleOf: _multipleOf, ...rest } = field;
  return { ...rest, powerOfTwo: false };
}

/** The value at a path of wire names. */
export function at(
  model: DeviceModel,
  part: readonly Field[],
  values: Readonly<Record<string, Value>>,
  path: string,
): Value | undefined {
  const whole = part.find(({ name }) => name === path);
  if (whole) return values[whole.ts];
  const outer = part.find(({ name, type }) => type.kind === "struct" && path.startsWith(`${name}.`));
  if (outer?.type.kind !== "struct") return undefined;
  const { struct: name } = outer.type;
  const struct = model.structs.find((candidate) => candidate.name === name);
  const inner = (values[outer.ts] ?? {}) as Record<string, Value>;
  return at(model, struct?.fields ?? [], inner, path.slice(outer.name.length + 1));
}
