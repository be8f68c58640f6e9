import { administeredStructs } from "../../model/administration.js";
import { cMember, type DistinctNames, DistinctNames as Names } from "../../model/c-names.js";
import type { ArrayType, DeviceModel, Field, Struct, Type } from "../../model/model.js";
import { fixedPrefix } from "./fixed-prefix.js";
import type { CMember, CStruct } from "./header.js";
import type { LinuxNames } from "./linux-names.js";
import { partsOf, type StructPlan } from "./part-structs.js";
import { fieldSaid, said } from "./words.js";

/** All structs of a device, each after those that it contains. */
export function buildStructs(device: DeviceModel, linux: LinuxNames, names: DistinctNames): CStruct[] {
  return new StructBuilder(device, linux, names).build();
}

class StructBuilder {
  readonly #device: DeviceModel;
  readonly #linux: LinuxNames;
  readonly #names: DistinctNames;
  /** Tags of the definition's structs: what members are declared with. */
  readonly #tags = new Map<string, string>();

  constructor(device: DeviceModel, linux: LinuxNames, names: DistinctNames) {
    this.#device = device;
    this.#linux = linux;
    this.#names = names;
  }

  build(): CStruct[] {
    const { structs, config, messages } = this.#device;
    const plans: StructPlan[] = [
      ...structs.filter((struct) => !this.#isAlwaysInline(struct)).flatMap((struct) => planOf(this.#device, struct)),
      ...(config.fields.length === 0 ? [] : [configPlan(this.#device)]),
      ...messages.flatMap((message) => partsOf(structs, message)),
    ];
    return plans.map((plan) => this.#struct(plan));
  }

  #struct(plan: StructPlan): CStruct {
    const { key, fields, start, size, doc, isPart, fallback } = plan;
    const tag = this.#names.take(this.#linux.tag(key));
    if (!isPart && !this.#tags.has(key)) this.#tags.set(key, tag);
    const own = new Names();
    const members = fields.flatMap((field, i) => [
      ...this.#members(field, [key, fallback ?? key], start, own),
      ...unionRest(fields, i, `${key}.`, own),
    ]);
    return { key, tag, size, members, isPart, ...(doc === undefined ? {} : { doc }) };
  }

  /** One member, or those of a struct that is written out in place. */
  #members(field: Field, owners: readonly string[], start: number, own: DistinctNames): CMember[] {
    const offset = field.at.from === "start" ? field.at.bytes : start - field.at.bytes;
    const keys = owners.map((owner) => `${owner}.${field.name}`);
    const inner = this.#inlined(field, keys[0] as string);
    if (inner) return inner.fields.flatMap((one) => this.#members(shifted(one, offset), owners, start, own));
    const name = own.take(cMember(this.#linux.member(...keys) ?? field.name.replaceAll(".", "_")));
    const isReserved = field.type.kind === "reserved";
    const doc = isReserved ? undefined : this.#said(field);
    const type = { type: this.#typeName(field.type), dimensions: dimensionsOf(field.type) };
    const optional = { ...(doc === undefined ? {} : { doc }), ...(field.union && { union: field.union.name }) };
    return [{ key: keys[0] as string, name, ...type, offset, isReserved, ...optional }];
  }

  #said(field: Field): string | undefined {
    const { type } = field;
    const list =
      type.kind === "array" && isList(this.#device, type) ? this.#linux.tag(structIn(type) ?? "") : undefined;
    const each = list && `Each a struct ${list}, and as long as it says.`;
    return [fieldSaid(this.#device, this.#linux, field), each].filter((sentence) => sentence).join(" ") || undefined;
  }

  /** In a union C has no place for the fields of one member. */
  #inlined({ type, union }: Field, key: string): Struct | undefined {
    if (union !== undefined || type.kind !== "struct" || !this.#linux.isInline(key)) return undefined;
    return this.#structNamed(type.struct);
  }

  #structNamed(name: string): Struct | undefined {
    return this.#device.structs.find((struct) => struct.name === name);
  }

  #isAlwaysInline({ name }: Struct): boolean {
    const uses = usesOf(this.#device).filter(({ field }) => structIn(field.type) === name);
    return uses.length > 0 && uses.every(({ key, field }) => field.type.kind === "struct" && this.#linux.isInline(key));
  }

  #typeName(type: Type): string {
    switch (type.kind) {
      case "array":
        return isList(this.#device, type) ? "__u8" : this.#typeName(type.element);
      case "struct":
        return `struct ${this.#tags.get(type.struct) ?? this.#linux.tag(type.struct)}`;
      case "char":
        return "char";
      case "reserved":
        return "__u8";
      case "integer":
        if (type.width === 1) return type.signed ? "__s8" : "__u8";
        return `__${type.bigEndian ? "be" : "le"}${type.width * 8}`;
    }
  }
}

/** Elements of which each has its own length are bytes to C. */
function isList({ structs }: DeviceModel, { element }: ArrayType): boolean {
  return element.kind === "struct" && (structs.find(({ name }) => name === element.struct)?.isOpen ?? false);
}

function shifted(field: Field, by: number): Field {
  return { ...field, at: { from: "start", bytes: field.at.bytes + by } };
}

/** A union may be larger than its largest member: bytes after its last one keep its size. */
function unionRest(fields: readonly Field[], i: number, prefix: string, own: DistinctNames): CMember[] {
  const { union, at } = fields[i] as Field;
  if (union === undefined || fields[i + 1]?.union?.name === union.name) return [];
  const members = fields.filter((field) => field.union?.name === union.name);
  if (members.some(({ size }) => size === union.size)) return [];
  const name = own.take(cMember(`${union.name}_bytes`.replaceAll(".", "_")));
  const place = { offset: at.bytes, union: union.name, isReserved: true };
  return [{ key: prefix + name, name, type: "__u8", dimensions: [union.size], ...place }];
}

/** A struct as far as it has a fixed layout; nothing, where it has none. */
function planOf(device: DeviceModel, struct: Struct): StructPlan[] {
  const { fields, size, rest } = fixedPrefix(device.structs, struct.fields, !isRecord(device, struct));
  const doc = said(struct, rest);
  return size === 0 ? [] : [{ key: struct.name, fields, start: 0, size, doc, isPart: false }];
}

/** Data of administration commands that no other struct has in its middle: it may end in an array of any length. */
function isRecord(device: DeviceModel, struct: Struct): boolean {
  const isHeld = device.structs.some(({ fields }) =>
    fields.some(({ type }) => type.kind === "struct" && type.struct === struct.name),
  );
  return !isHeld && administeredStructs(device).includes(struct);
}

function configPlan({ config }: DeviceModel): StructPlan {
  const doc = said(config) ?? "The configuration space.";
  return { key: "config", fields: config.fields, start: 0, size: config.size, doc, isPart: false };
}

/** Where structs may be used in place: in other structs, in the configuration and in parts. */
function usesOf(device: DeviceModel): { readonly key: string; readonly field: Field }[] {
  const { structs, config, messages } = device;
  const plans = [
    ...structs.flatMap((struct) => planOf(device, struct)),
    { key: "config", fields: config.fields },
    ...messages.flatMap((message) => partsOf(structs, message)),
  ];
  return plans.flatMap(({ key, fields }) => fields.map((field) => ({ key: `${key}.${field.name}`, field })));
}

/** Name of the struct that a type is made of, if any. */
function structIn(type: Type): string | undefined {
  if (type.kind === "array") return structIn(type.element);
  return type.kind === "struct" ? type.struct : undefined;
}

function dimensionsOf(type: Type): (number | "")[] {
  if (type.kind === "reserved") return type.bytes === 1 ? [] : [type.bytes];
  if (type.kind !== "array") return [];
  return [type.length.kind === "fixed" ? type.length.count : "", ...dimensionsOf(type.element)];
}
