import type { ArrayType, Type } from "./model.js";

/** The type of the elements of the elements. */
export function innermost(type: Type): Exclude<Type, ArrayType> {
  return type.kind === "array" ? innermost(type.element) : type;
}
