import type { Expression } from "../model/expression.js";
import type { ArrayType, Field, Kind, Part, Shape } from "../model/model.js";
import { fieldDoc, inWords } from "./field-doc.js";
import { fieldMembers, structArray } from "./field-members.js";
import { integerArray } from "./integer-arrays.js";
import { integerMembers } from "./integer-members.js";
import type { Direction, MessageView } from "./message-view.js";
import { counterOf, isPayload } from "./part-arrays.js";
import { visible } from "./plain-type.js";
import type { PartMember, ViewMember } from "./view-member.js";

/** What a behaviour sees of one kind: all fields but those that the class takes care of. */
export function shapeMembers(view: MessageView, shape: Shape, kind?: Kind): readonly ViewMember[] {
  const { message } = view;
  const isPool = view.emission.isPool(message);
  const status = isPool ? undefined : message.status?.field;
  const switches = [message.switch, ...(kind?.selectors.map((selector) => selector.switch) ?? [])];
  return [
    ...partMembers(view, shape.toDevice, "toDevice", switches),
    ...partMembers(view, shape.toDriver, "toDriver", [
      status,
      counterOf(shape.toDriver)?.name,
      ...(isPool ? switches : []),
    ]),
  ];
}

function partMembers(
  view: MessageView,
  part: Part,
  direction: Direction,
  hidden: readonly (string | undefined)[],
): readonly ViewMember[] {
  return visible(part.fields)
    .filter(({ name }) => !hidden.includes(name))
    .flatMap((field) => {
      const isLast = field.name === part.variable?.name;
      if (isLast && isPayload(field)) return [payload(view, field, direction)];
      if (isLast) return [variableArray(view, part, field, direction)];
      if (field.type.kind === "array" && field.type.length.kind !== "fixed")
        return [sizedArray(view, part, { ...field, type: field.type }, direction)];
      const place = view.placeOf(part, field, direction);
      return fieldMembers(view.emission, withGateDoc(field), view.offset(field, direction), place);
    });
}

/** A field that may be absent says so. */
function withGateDoc(field: Field): Field {
  if (field.if === undefined) return field;
  return {
    ...field,
    doc: [field.doc, `Exists with ${inWords(field.if)}, and is 0 without.`].filter(Boolean).join(" "),
  };
}

/** An array whose length the behaviour has no say in: the request or the configuration decides it. */
export function sizedArray(
  view: MessageView,
  part: Part,
  field: Field & { readonly type: ArrayType },
  direction: Direction,
): PartMember {
  const place = view.placeOf(part, field, direction);
  const offset = view.offset(field, direction);
  const shown = withGateDoc(field) as typeof field;
  const isBlock = part.blocks.some(({ array }) => array.name === field.name);
  const length = isBlock ? "0" : configuredLength(view, field);
  return field.type.element.kind === "struct"
    ? structArray(view.emission, shown, offset, place, length)
    : integerArray(view.emission, shown, offset, place, undefined, length);
}

/** Code for the length of an array that the configuration counts, within its bound; 0 where it is absent. */
export function configuredLength(view: MessageView, { type, max = 0, if: gate }: Field): string {
  if (type.kind !== "array" || type.length.kind !== "counted") return "0";
  const { count } = type.length;
  const bounded: Expression = ["?", ["<", count, max], count, max];
  return view.terms.code(gate === undefined ? bounded : ["*", gate, bounded], () => "0");
}

/** The switch field, which the class alone shows; not where it is inside of a struct, which is shown as a whole. */
export function switchMembers(view: MessageView): readonly ViewMember[] {
  const { emission, message } = view;
  const { toDevice } = message.common;
  const found = toDevice.fields.find(({ name }) => name === message.switch);
  if (found?.type.kind !== "integer") return [];
  const field = { ...found, type: found.type };
  return integerMembers(emission, field, view.offset(field, "toDevice"), view.placeOf(toDevice, field, "toDevice"));
}

function payload({ emission }: MessageView, field: Field, direction: Direction): ViewMember {
  const readable = direction === "toDevice";
  return {
    form: "value",
    name: field.ts,
    doc: fieldDoc(emission, field),
    type: emission.imports.type(readable ? "ReadablePayload" : "WritablePayload"),
    get: readable ? "this.readable" : "this.writable",
  };
}

/** The view of an array whose length the request or the behaviour decides. */
export function variableArray(view: MessageView, part: Part, field: Field, direction: Direction): PartMember {
  if (field.type.kind !== "array") throw new Error(`field ${field.name} has no variable length`);
  const offset = view.offset(field, direction);
  const doc = direction === "toDriver" ? lengthDoc(field) : undefined;
  const array = { ...field, type: field.type };
  const place = view.placeOf(part, field, direction);
  return field.type.element.kind === "struct"
    ? structArray(view.emission, array, offset, place, undefined, doc)
    : integerArray(view.emission, array, offset, place, doc);
}

function lengthDoc(field: Field): string {
  const length = field.type.kind === "array" ? field.type.length : undefined;
  const max = field.max === undefined && length?.kind !== "fixed" ? length?.max : undefined;
  const most = max === undefined ? "" : `, at most ${inWords(max)}`;
  return `Set its \`length\` first${most}; no more than its \`capacity\`.`;
}
