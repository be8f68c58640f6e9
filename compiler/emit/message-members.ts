import type { Field, Part, Shape } from "../model/model.js";
import { fieldDoc, inWords } from "./field-doc.js";
import { fieldMembers, structArray } from "./field-members.js";
import { integerArray } from "./integer-arrays.js";
import { integerMembers } from "./integer-members.js";
import { counterOf, type Direction, isPayload, type MessageView } from "./message-view.js";
import { visible } from "./plain-type.js";
import type { PartMember, ViewMember } from "./view-member.js";

/** What a behaviour sees of one kind: all fields but those that the class takes care of. */
export function shapeMembers(view: MessageView, shape: Shape): readonly ViewMember[] {
  const { message } = view;
  const status = view.emission.isPool(message) ? undefined : message.status?.field;
  return [
    ...partMembers(view, shape.toDevice, "toDevice", [message.switch]),
    ...partMembers(view, shape.toDriver, "toDriver", [status, counterOf(shape.toDriver)?.name]),
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
      if (isPayload(field)) return [payload(view, field, direction)];
      if (field.name === part.variable?.name) return [variableArray(view, part, field, direction)];
      return fieldMembers(view.emission, field, view.offset(field, direction), view.place(direction));
    });
}

/** The switch field, which the class alone shows. */
export function switchMembers(view: MessageView): readonly ViewMember[] {
  const { emission, message } = view;
  if (message.switch === undefined) return [];
  const field = view.field(message.switch, "toDevice");
  return integerMembers(emission, field, view.offset(field, "toDevice"), view.place("toDevice"));
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
  const offset = view.variableOffset(part, direction);
  const doc = direction === "toDriver" ? lengthDoc(field) : undefined;
  const array = { ...field, type: field.type };
  const place = view.place(direction);
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
