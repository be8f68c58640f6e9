import type { Kind, Message } from "../model/model.js";
import { statusType } from "./completion.js";
import type { Accessor, InterfaceDeclaration, Method, Property } from "./declaration.js";
import { docText } from "./doc-comment.js";
import type { Emission } from "./emission.js";
import { inWords } from "./field-doc.js";
import { shapeMembers } from "./message-members.js";
import { MessageView } from "./message-view.js";
import { identifier } from "./names-in-code.js";
import type { ViewMember } from "./view-member.js";

/** What a behaviour sees of each kind of request. At run time all kinds are one class. */
export function kindInterfaces(emission: Emission, message: Message): readonly InterfaceDeclaration[] {
  const view = new MessageView(emission, message);
  return message.kinds.map((kind) => kindInterface(view, kind));
}

function kindInterface(view: MessageView, kind: Kind): InterfaceDeclaration {
  const members = shapeMembers(view, kind.shape, kind);
  const exists = kind.if === undefined ? undefined : `Exists with ${inWords(kind.if)}.`;
  return {
    kind: "interface",
    name: identifier(kind.ts),
    exported: true,
    doc: docText(`${kind.name}: ${kind.doc ?? "a request."}`, exists, specOf(kind)),
    properties: members.flatMap(propertyOf),
    accessors: members.flatMap(accessorOf),
    methods: [...members.flatMap(methodOf), complete(view, kind)],
  };
}

function specOf({ spec }: Kind): string | undefined {
  return spec === undefined ? undefined : `Specification: ${spec}.`;
}

function propertyOf(member: ViewMember): readonly Property[] {
  if (member.form === "method") return [];
  const { name, doc, type } = member;
  if (member.form === "part" || member.set === undefined) return [{ name, doc, type, readonly: true }];
  return member.set.type === type ? [{ name, doc, type }] : [];
}

/** What takes more than it gives, such as text. */
function accessorOf(member: ViewMember): readonly Accessor[] {
  if (member.form !== "value" || member.set === undefined || member.set.type === member.type) return [];
  const { name, doc, type, set } = member;
  return [{ name, doc, get: { type }, set: { type: set.type } }];
}

function methodOf(member: ViewMember): readonly Method[] {
  if (member.form !== "method") return [];
  const { name, doc, parameters, returns } = member;
  return [{ name, doc, parameters, returns }];
}

function complete(view: MessageView, { ok }: Kind): Method {
  const status = statusType(view);
  const own = ok === undefined || ok === view.message.status?.ok ? undefined : nameOf(view, ok);
  return {
    name: "complete",
    doc: docText("Gives the request back to the driver.", own && `Success is ${own}.`),
    parameters: status === undefined ? [] : [{ name: "status", type: status }],
    returns: "void",
  };
}

/** A status value as an author writes it. */
function nameOf({ emission, message }: MessageView, value: number): string {
  const names = message.status?.names;
  const list = names === undefined ? undefined : emission.nameList(names);
  const named = list?.values.find((candidate) => candidate.value === value);
  return list && named ? `\`${list.ts}.${named.ts}\`` : String(value);
}
