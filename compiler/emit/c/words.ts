import { listKey } from "../../model/c-names.js";
import { show } from "../../model/evaluate.js";
import type { Expression } from "../../model/expression.js";
import type { ConfigField, DeviceModel, Documented, Field, IntegerType, Type } from "../../model/model.js";
import { innermost } from "../../model/types.js";
import type { LinuxNames } from "./linux-names.js";

/** What a definition says of an item, with its place in the specification and what else there is to say. */
export function said({ doc, spec }: Documented, ...more: readonly (string | undefined)[]): string | undefined {
  const sentences = [doc, ...more, spec === undefined ? undefined : `Specification: ${spec}.`];
  const text = sentences.map((sentence) => sentence?.trim()).filter((sentence) => sentence);
  return text.length === 0 ? undefined : text.join(" ");
}

/** When something exists. */
export function onlyIf(gate: Expression | undefined, set: "offered" | "negotiated"): string | undefined {
  return gate === undefined ? undefined : `If ${show(gate)} is ${set}.`;
}

/** A field in words: what the definition says of it, its unit, its limits, and where its values have their names. */
export function fieldSaid(device: DeviceModel, linux: LinuxNames, field: Field | ConfigField): string | undefined {
  const { units, min, max, multipleOf, powerOfTwo, type } = field;
  const config = "access" in field ? field : undefined;
  return said(
    field,
    units === undefined || field.doc?.includes(units) ? undefined : `In ${units}.`,
    min === undefined ? undefined : `At least ${show(min)}.`,
    max === undefined ? undefined : `At most ${show(max)}.`,
    multipleOf === undefined ? undefined : `A multiple of ${multipleOf}.`,
    powerOfTwo ? "A power of two." : undefined,
    integerSaid(device, linux, innermost(type)),
    onlyIf(config?.if, "offered"),
    config?.validIf === undefined ? undefined : `Means something if ${show(config.validIf)}.`,
    whenSaid(field),
    access[config?.access ?? "ro"],
  );
}

/** When a member of a union is meant. */
function whenSaid({ union }: Field): string | undefined {
  if (union?.switch === undefined || union.when.length === 0) return undefined;
  return `Where ${union.switch} is ${union.when.join(" or ")}.`;
}

const access = {
  ro: undefined,
  rw: "The driver may write it.",
  w: "The driver only writes it.",
  w1c: "Writing ones clears bits.",
};

function integerSaid(device: DeviceModel, linux: LinuxNames, type: Type): string | undefined {
  if (type.kind !== "integer") return undefined;
  const signed = type.signed ? "Signed." : undefined;
  const others = type.otherBits === undefined ? undefined : "Other bits are refused.";
  return (
    [signed, namesSaid(device, linux, type), others].filter((sentence) => sentence !== undefined).join(" ") || undefined
  );
}

function namesSaid({ names }: DeviceModel, linux: LinuxNames, { names: name, as }: IntegerType): string | undefined {
  const list = names.find((candidate) => candidate.name === name);
  const first = list?.values[0];
  if (list === undefined || first === undefined) return undefined;
  const constant = linux.constant(listKey(list.prefix, first.name));
  const use = as !== "flags" ? "Values" : list.c === "mask" ? "Masks" : "Bit numbers";
  return `${use}: ${constant}${list.values.length > 1 ? " and following" : ""}.`;
}
