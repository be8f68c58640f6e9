import { administeredStructs } from "../model/administration.js";
import type { Field, Message, Struct, Type } from "../model/model.js";
import { counterOf } from "./counter.js";
import type { ClassDeclaration, Declaration, InterfaceDeclaration, Method } from "./declaration.js";
import { docOf } from "./doc-comment.js";
import type { Emission } from "./emission.js";
import { fieldDoc } from "./field-doc.js";
import { fieldMembers } from "./field-members.js";
import { mergeMembers } from "./merged-members.js";
import { identifier } from "./names-in-code.js";
import { fieldsType, plainType, visible } from "./plain-type.js";
import { type PartMember, type Place, plus, type ViewMember } from "./view-member.js";

const place: Place = {
  scratch: "this.scratch",
  at: (offset) => plus("this.at", offset),
  base: (offset) => plus("this.base", offset),
  writable: true,
  moves: true,
};

/** Each struct as plain values and, where messages hold it, as a view. */
export function emitStructs(emission: Emission): readonly Declaration[] {
  const { messages, structs } = emission.device;
  const viewed = new Set<string>();
  for (const field of messages.flatMap(fieldsOf)) collect(emission, field.type, viewed);
  const administered = new Set(administeredStructs(emission.device));
  const shown = structs.filter((struct) => !struct.isOpen || administered.has(struct));
  return shown.flatMap((struct) => [
    plainStruct(emission, struct),
    ...(viewed.has(struct.name) ? [structView(emission, struct)] : []),
  ]);
}

function fieldsOf(message: Message): readonly Field[] {
  const shapes = [message.common, ...message.kinds.map(({ shape }) => shape)];
  return shapes.flatMap(({ toDevice, toDriver }) => [...toDevice.fields, ...toDriver.fields]);
}

function collect(emission: Emission, type: Type, into: Set<string>): void {
  if (type.kind === "array") collect(emission, type.element, into);
  if (type.kind !== "struct" || into.has(type.struct)) return;
  into.add(type.struct);
  for (const field of emission.struct(type.struct).fields) collect(emission, field.type, into);
}

/** What counts an array alone is not there beside the array. */
function plainStruct(emission: Emission, struct: Struct): InterfaceDeclaration {
  const counters = new Set(struct.fields.map(({ type }) => counterOf(type)));
  return {
    kind: "interface",
    name: fieldsType(emission, struct.name),
    exported: true,
    doc: docOf(struct, `As plain values.`),
    properties: visible(struct.fields.filter(({ name }) => !counters.has(name))).map((field) => ({
      name: identifier(field.ts),
      ...(field.union || field.if ? { optional: true } : {}),
      type: plainType(emission, field.type, "driver"),
      doc: fieldDoc(emission, field),
    })),
  };
}

function structView(emission: Emission, struct: Struct): ClassDeclaration {
  const fields = visible(struct.fields);
  const members = fields.flatMap((field) => fieldMembers(emission, field, field.at.bytes, place));
  const parts = members.filter((member) => member.form === "part");
  const merged = mergeMembers([{ members }]);
  return {
    kind: "class",
    name: identifier(struct.ts),
    exported: true,
    doc: docOf(struct, `${struct.size} bytes, inside a buffer.`),
    extends: emission.imports.value("StructView"),
    ...(isPlain(emission, fields, members) ? { implements: [fieldsType(emission, struct.name)] } : {}),
    properties: merged.properties,
    accessors: merged.accessors,
    methods: [...merged.methods, ...(parts.length > 0 ? [moveTo(parts, merged.parts)] : [])],
  };
}

/** Views inside the view move along. */
function moveTo(parts: readonly PartMember[], codes: ReadonlyMap<string, string>): Method {
  const moves = parts.map(({ make, offset }) => `${codes.get(make)}.moveTo(${plus("base", offset)});`);
  return {
    name: "moveTo",
    doc: "@internal",
    override: true,
    parameters: [{ name: "base", type: "number" }],
    returns: "void",
    body: ["super.moveTo(base);", ...moves].join("\n"),
  };
}

/** Whether every field of the view is a property with the type of the plain value. */
function isPlain(emission: Emission, fields: readonly Field[], members: readonly ViewMember[]): boolean {
  return fields.every((field) => {
    const plain = plainType(emission, field.type, "driver");
    return members.some((member) => member.form === "value" && member.name === field.ts && member.type === plain);
  });
}
