import type { Field, Part } from "../model/model.js";
import { isByte } from "./plain-type.js";

/** The field that counts a part's array, where it is in the same part. */
export function counterOf({ variable, fields }: Part): Field | undefined {
  if (variable?.type.kind !== "array" || variable.type.length.kind !== "counted") return undefined;
  const { count } = variable.type.length;
  if (typeof count !== "object" || count[0] !== "field") return undefined;
  return fields.find(({ name }) => name === count[1]);
}

/** Bytes or text that stay in the driver's memory. Bytes with names are values, which are copied once like all others. */
export function isPayload(field: Field | undefined): boolean {
  if (field?.type.kind !== "array" || field.type.length.kind === "fixed") return false;
  const { element } = field.type;
  return element.kind === "char" || (isByte(element) && element.kind === "integer" && element.names === undefined);
}
