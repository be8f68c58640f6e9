import type { Message } from "../model/model.js";
import { completeMethod, setStatusMethod, statusType } from "./completion.js";
import type { ClassDeclaration, Constructor, Property } from "./declaration.js";
import { dispatchMethod, implementsKind } from "./dispatch.js";
import { docOf } from "./doc-comment.js";
import type { Emission } from "./emission.js";
import { print, valueNode } from "./literal.js";
import { type KindMembers, mergeMembers } from "./merged-members.js";
import { shapeMembers, switchMembers } from "./message-members.js";
import { MessageView } from "./message-view.js";
import { identifier } from "./names-in-code.js";
import { VariableOpener } from "./open-variable.js";

/** The class of a message whose buffers are requests: one for all its kinds, so that calls of it have one shape. */
export function requestClass(emission: Emission, message: Message, handlers: string): ClassDeclaration {
  const view = new MessageView(emission, message);
  const merged = mergeMembers(memberSets(view));
  const opener = new VariableOpener(view, merged.parts);
  const status = statusType(view);
  const dispatch = dispatchMethod(view, merged, opener, handlers);
  const shown = message.kinds.filter(({ shape }) => implementsKind(shape, merged)).map(({ ts }) => identifier(ts));
  return {
    kind: "class",
    name: identifier(message.ts),
    exported: true,
    doc: docOf({ ...message, doc: message.doc ?? `The ${message.name} message.` }),
    extends: `${emission.imports.value("Request")}<${handlers}>`,
    implements: shown,
    properties: [...statics(view), ...ends(view), ...merged.properties],
    construct: constructorOf(view),
    accessors: merged.accessors,
    methods: [
      ...merged.methods,
      completeMethod(view, merged.parts, status),
      ...(status === undefined ? [] : [setStatusMethod(view)]),
      dispatch,
      ...opener.methods,
    ],
  };
}

export function memberSets(view: MessageView): readonly KindMembers[] {
  const own = view.shapes.map(({ kind, shape }) => ({
    ...(kind === undefined ? {} : { kind }),
    members: shapeMembers(view, shape, kind),
  }));
  return view.message.switch === undefined ? own : [{ members: switchMembers(view) }, ...own];
}

/** What the runtime reads of the class. The terms are known when all code is made. */
export function statics(view: MessageView): readonly Property[] {
  const { input, output, message, terms, emission } = view;
  const refusals = message.status && { error: message.status.error, malformed: message.status.malformed };
  const layout = {
    inputBase: input.base,
    inputSize: input.size,
    outputBase: output.base,
    outputSize: output.size,
    refusals: emission.isPool(message) ? undefined : refusals,
  };
  return [
    constant("layout", emission.imports.type("MessageLayout"), layout),
    constant("terms", `readonly ${emission.imports.type("Term")}[]`, terms.list),
  ];
}

/** Where arrays end whose lengths requests say: numbers, set before anything behind them is looked at. */
export function ends(view: MessageView): readonly Property[] {
  return view.ends.map((name) => ({ name, value: "0" }));
}

function constant(name: string, type: string, value: unknown): Property {
  const before = `  static readonly ${name}: ${type} = `.length;
  return { name, type, doc: "@internal", static: true, readonly: true, value: print(valueNode(value), before) };
}

export function constructorOf({ emission, message }: MessageView): Constructor {
  return {
    parameters: [{ name: "slot", type: emission.imports.type("BufferSlot") }],
    body: `super(slot, ${identifier(message.ts)}.layout);`,
  };
}
