import type { Field, Part } from "../../model/model.js";

/** The fields that a kind adds to those that all kinds of its message have. */
export function ownFields(common: Part, part: Part): readonly Field[] {
  return part.fields.filter(({ name }) => !common.fields.some((field) => field.name === name));
}
