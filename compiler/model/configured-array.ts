import type { DeviceSyntax, FieldSyntax } from "../parse/syntax.js";
import { constantOf } from "./constants.js";
import { fold } from "./evaluate.js";
import type { Expression } from "./expression.js";
import { sizeOfType } from "./layout.js";
import { lengthNames } from "./places.js";
import { resolve } from "./resolve.js";

/** Bytes of an array that the configuration counts, within what the definition allows. */
export function configuredSize(device: DeviceSyntax, { type, max }: FieldSyntax): Expression {
  if (type.kind !== "array" || !type.length) return 0;
  const stride = sizeOfType(device, type.element);
  const most = constantOf(device, max) ?? 0;
  const count = resolve(type.length, lengthNames(device, []));
  return fold(["*", fold(["?", fold(["<", count, most]), count, most]), stride]);
}

/** Most bytes of such an array. */
export function mostConfigured(device: DeviceSyntax, { type, max }: FieldSyntax): number {
  const stride = type.kind === "array" ? sizeOfType(device, type.element) : 0;
  return (constantOf(device, max) ?? 0) * stride;
}
