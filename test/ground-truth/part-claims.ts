import type { DeviceModel, Field } from "../../compiler/model/model.js";
import type { Claim } from "./claims.js";
import { placesOf } from "./part-places.js";

/** Structs of Linux that are a part of ours: their sizes, and the place and size of each of our fields in them. */
export function partClaims(device: DeviceModel): Claim[] {
  const parts = [...(device.linux?.parts ?? [])];
  const alike = parts.flatMap(([tag, part]) => part.of.map((of) => ({ tag, of, part })));
  return alike.flatMap(({ tag, of, part }) => {
    const { fields, head, end } = placesOf(device, of, part);
    return [
      { ...claim(tag, "sizes", end, `sizeof(struct ${tag})`), name: tag },
      ...(part.head === undefined ? [] : memberClaims(tag, part.head, part.head, 0, head)),
      ...fields.flatMap(({ field, offset }) => fieldClaims(device, tag, field, offset)),
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
