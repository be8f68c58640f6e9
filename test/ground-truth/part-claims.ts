import { evaluate } from "../../compiler/model/evaluate.js";
import type { DeviceModel, Field, LinuxPart } from "../../compiler/model/model.js";
import type { Claim } from "./claims.js";

/** A field of a part, in bytes from its start. */
interface Placed {
  readonly field: Field;
  readonly offset: number;
}

/** Structs of Linux that are a part of ours: their sizes, and the place and size of each of our fields in them. */
export function partClaims(device: DeviceModel): Claim[] {
  const parts = [...(device.linux?.parts ?? [])];
  const alike = parts.flatMap(([tag, part]) => part.of.map((of) => ({ tag, of, part })));
  return alike.flatMap(({ tag, of, part }) => {
    const { fields, start, end } = cut(device, tag, of, part);
    const base = part.head === undefined ? start : 0;
    return [
      { ...claim(tag, "sizes", end - base, `sizeof(struct ${tag})`), name: tag },
      ...(part.head === undefined ? [] : memberClaims(tag, part.head, part.head, 0, start)),
      ...fields.flatMap(({ field, offset }) => fieldClaims(device, tag, field, offset - base)),
    ];
  });
}

function fieldClaims(device: DeviceModel, tag: string, { name, type, size }: Field, offset: number): Claim[] {
  const renamed = device.linux?.names.get(`${tag}.${name}`);
  const isOptional = type.kind === "reserved" && renamed === undefined;
  const theirs = renamed ?? name.slice(name.lastIndexOf(".") + 1);
  return memberClaims(tag, name, theirs, offset, size).map((one) => ({ ...one, isOptional }));
}

/** What is of any length has a place alone. */
function memberClaims(tag: string, name: string, theirs: string, offset: number, size: number): Claim[] {
  const key = `${tag}.${name}`;
  const place = claim(key, "offsets", offset, `__builtin_offsetof(struct ${tag}, ${theirs})`);
  return size === 0 ? [place] : [place, claim(key, "sizes", size, `sizeof(((struct ${tag} *)0)->${theirs})`)];
}

function claim(key: string, sort: Claim["sort"], ours: number, theirs: string): Claim {
  return { key, sort, ours: String(ours), theirs, isOptional: false };
}

/** The fields from the first to the last that are meant, and the bytes before and up to the end of them. */
function cut(
  device: DeviceModel,
  tag: string,
  of: string,
  part: LinuxPart,
): { fields: Placed[]; start: number; end: number } {
  const present = fieldsOf(device, of, tag).filter((field) => isThere(field, part));
  const indexOf = (name: string): number => {
    const index = present.findIndex((field) => field.name === name);
    if (index < 0) throw new Error(`linux.parts of ${tag} names ${name}, which ${of} has not`);
    return index;
  };
  const first = part.from === undefined ? 0 : indexOf(part.from);
  const last = part.to === undefined ? present.length - 1 : indexOf(part.to);
  const before = part.head === undefined ? { fields: [], end: 0 } : placed(present.slice(0, first), 0);
  const own = placed(present.slice(first, last + 1), before.end);
  return { fields: own.fields, start: before.end, end: own.end };
}

function fieldsOf({ name: device, structs, messages }: DeviceModel, of: string, tag: string): readonly Field[] {
  const [name, part] = of.split(".");
  const struct = structs.find((one) => one.name === of);
  if (struct) return struct.fields;
  const buffers = messages.flatMap(({ name, common, kinds }) => [{ name, shape: common }, ...kinds]);
  const shape = buffers.find((one) => one.name === name)?.shape;
  const fields = [
    ...(part !== "to-driver" ? (shape?.toDevice.fields ?? []) : []),
    ...(part !== "to-device" ? (shape?.toDriver.fields ?? []) : []),
  ];
  if (fields.length > 0) return fields;
  throw new Error(`linux.parts of ${tag} names ${of}, which ${device} has not`);
}

function isThere({ if: gate }: Field, part: LinuxPart): boolean {
  return gate === undefined || evaluate(gate, { feature: (name) => part.with.includes(name), config: () => 0 }) !== 0;
}

/** One after the other, members of a union at one place; as far as a first field of any length. */
function placed(all: readonly Field[], from: number): { fields: Placed[]; end: number } {
  const fields: Placed[] = [];
  let [offset, end] = [from, from];
  for (const [i, field] of all.entries()) {
    const { union, size } = field;
    if (union === undefined || union.name !== all[i - 1]?.union?.name) offset = end;
    fields.push({ field, offset });
    if (size === 0) break;
    end = offset + (union?.size ?? size);
  }
  return { fields, end };
}
