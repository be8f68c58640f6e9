import { deviceMembers } from "./runtime-members.js";

/** `num_sectors`, `WRITE_ZEROES` -> `NumSectors`, `WriteZeroes`. */
export function pascalCase(name: string): string {
  const words = name.split("_").filter((word) => word !== "");
  return words.map((word) => (word[0] as string).toUpperCase() + word.slice(1).toLowerCase()).join("");
}

/** `num_sectors`, `WRITE_ZEROES` -> `numSectors`, `writeZeroes`. */
export function camelCase(name: string): string {
  const pascal = pascalCase(name);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}

/** A name of a list as a TypeScript property: digits in front get the last word of the list's name, `RATE_5512`. */
export function propertyName(list: string, name: string): string {
  return /^\d/.test(name) ? `${(list.split("_").at(-1) ?? "").toUpperCase()}_${name}` : name;
}

/** The handler of a kind or a message: words that are taken get an underscore, `delete_`, `config_`. */
export function handlerName(name: string): string {
  const handler = camelCase(name);
  const isTaken = deviceMembers.has(handler) || objectMembers.has(handler) || reservedWords.has(handler);
  return isTaken && handler !== "in" ? `${handler}_` : handler;
}

/** Words that TypeScript keeps for itself in some place; `in` is VIRTIO's word for reading, and a fine method name. */
export const reservedWords: ReadonlySet<string> = new Set(
  (
    "break case catch class const continue debugger default delete do else enum export extends false finally for function " +
    "if import in instanceof new null return super switch this throw true try typeof var void while with yield let static " +
    "implements interface package private protected public await arguments eval"
  ).split(" "),
);

/** Properties that every object has or that JavaScript asks objects for. */
export const objectMembers: ReadonlySet<string> = new Set(
  "constructor prototype __proto__ toString toLocaleString valueOf hasOwnProperty isPrototypeOf then toJSON".split(" "),
);
