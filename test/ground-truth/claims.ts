import type { CConstant, CHeader, CMember, CStruct } from "../../compiler/emit/c/header.js";
import type { LinuxHeader } from "../../compiler/model/model.js";
import type { Question } from "./probe.js";

/** Something that our header says and the Linux header may contradict. */
export interface Claim extends Question {
  readonly sort: "constants" | "sizes" | "offsets";
  /** What the definition's `linux` calls it: `F_MQ`, `config`, `config.capacity`. */
  readonly key: string;
  /** The constant's or the struct's name in Linux; nothing for members. */
  readonly name?: string;
  /** Linux may well have nothing of the kind. */
  readonly isOptional: boolean;
}

/** Every constant, every size and every place of a header. */
export function claimsOf({ constants, repeats, structs }: CHeader, linux: LinuxHeader): Claim[] {
  const renamed = repeats.filter(({ key }) => linux.names.has(key));
  return [
    ...[...constants.flatMap((group) => group.constants), ...renamed].map((constant) => numberOf(constant, linux)),
    ...structs.flatMap((struct) => [
      sizeOf(struct, linux),
      ...struct.members.flatMap((m) => memberOf(struct, m, linux)),
      ...struct.members.flatMap((m) => innerOf(structs, struct, m, linux)),
    ]),
  ];
}

function numberOf({ key, name, isDerived }: CConstant, linux: LinuxHeader): Claim {
  return {
    ...{ sort: "constants", key, name, ours: name, theirs: name },
    isOptional: isDerived && !linux.names.has(key),
  };
}

function sizeOf({ key, tag, isPart }: CStruct, linux: LinuxHeader): Claim {
  const expression = `sizeof(struct ${tag})`;
  return {
    ...{ sort: "sizes", key, name: tag, ours: expression, theirs: expression },
    isOptional: isPart && !linux.names.has(key),
  };
}

/** Where a member is, and its size if it has one. */
function memberOf({ key: owner, tag, isPart }: CStruct, member: CMember, linux: LinuxHeader): Claim[] {
  const { key, name, dimensions, isReserved } = member;
  const isRenamed = linux.names.has(key);
  const theirs = theirName(member, linux);
  const isOptional = (isReserved && !isRenamed) || (isPart && !linux.names.has(owner));
  const claim = (sort: Claim["sort"], expression: (member: string) => string): Claim => ({
    ...{ sort, key, isOptional, ours: expression(name), theirs: expression(theirs) },
  });
  const offset = claim("offsets", (member) => `__builtin_offsetof(struct ${tag}, ${member})`);
  if (dimensions[0] === "") return [offset];
  const size = claim("sizes", (member) => `sizeof(((struct ${tag} *)0)->${member})`);
  // Linux has a place and no size for a flexible array alone; a member that is missing has no place either.
  return [offset, { ...size, isOptional: isOptional || dimensions.length > 0 }];
}

/** Members of a member that is a struct of its own: Linux may have written them out in place. */
function innerOf(structs: readonly CStruct[], { tag }: CStruct, member: CMember, linux: LinuxHeader): Claim[] {
  const inner = structs.find((struct) => member.dimensions.length === 0 && `struct ${struct.tag}` === member.type);
  return (inner?.members ?? []).map((one) => {
    const key = member.key + one.key.slice(one.key.indexOf("."));
    const renamed = linux.names.get(key);
    const expression = (path: string): string => `__builtin_offsetof(struct ${tag}, ${path})`;
    const theirs = expression(renamed ?? `${theirName(member, linux)}.${theirName(one, linux)}`);
    return { sort: "offsets", key, ours: expression(`${member.name}.${one.name}`), theirs, isOptional: !renamed };
  });
}

/** Linux may have a member deeper inside, and it uses words of C++. */
function theirName({ key, name }: CMember, linux: LinuxHeader): string {
  const renamed = linux.names.get(key);
  if (renamed?.includes(".")) return renamed;
  const wire = key.slice(key.lastIndexOf(".") + 1);
  return name === `${wire}_` ? wire : name;
}
