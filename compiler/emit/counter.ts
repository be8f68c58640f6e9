import type { Type } from "../model/model.js";

/** The field that an array is counted by, where it is that alone: the array implies it. */
export function counterOf(type: Type): string | undefined {
  const count = type.kind === "array" && type.length.kind === "counted" ? type.length.count : 0;
  return typeof count === "object" && count[0] === "field" ? count[1] : undefined;
}
