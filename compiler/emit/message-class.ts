import type { Message } from "../model/model.js";
import { completeMethod, setStatusMethod, statusType } from "./completion.js";
import type { ClassDeclaration, Property } from "./declaration.js";
import { dispatchMethod, implementsKind, sizes } from "./dispatch.js";
import { docOf } from "./doc-comment.js";
import type { Emission } from "./emission.js";
import type { CheckContext } from "./field-checks.js";
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
    properties: [...statics(view), ...merged.properties],
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

/** The class of a message that the device draws from a pool when it has something to say. */
export function poolClass(emission: Emission, message: Message): ClassDeclaration {
  if (message.kinds.length > 0) throw new Error(`message ${message.name}: a pool with kinds is not supported yet`);
  if (message.common.toDevice.fields.length > 0) {
    throw new Error(`message ${message.name}: a pool whose driver sends something is not supported yet`);
  }
  const view = new MessageView(emission, message);
  const merged = mergeMembers(memberSets(view));
  const opener = new VariableOpener(view, merged.parts);
  const answers = { malformed: "return this.malformed();", unsupported: "return this.malformed();" };
  const code: CheckContext["code"] = (value) => view.terms.code(value, view.reader(message.common, "toDriver"));
  const open = opener.lines(message.common, undefined, { emission, answers, code }, "return false;");
  const openCommon = `this.openCommon(${sizes(message.common)})`;
  return {
    kind: "class",
    name: identifier(message.ts),
    exported: true,
    doc: docOf(message),
    extends: emission.imports.value("PoolBuffer"),
    properties: [...statics(view), ...merged.properties],
    construct: constructorOf(view),
    accessors: merged.accessors,
    methods: [
      ...merged.methods,
      completeMethod(view, merged.parts, undefined),
      {
        name: "prepare",
        doc: "@internal",
        override: true,
        parameters: [],
        returns: "boolean",
        body:
          open.length === 0
            ? `return ${openCommon};`
            : [`if (!${openCommon}) return false;`, ...open, "return true;"].join("\n"),
      },
    ],
  };
}

function memberSets(view: MessageView): readonly KindMembers[] {
  const own = view.shapes.map(({ kind, shape }) => ({
    ...(kind === undefined ? {} : { kind }),
    members: shapeMembers(view, shape),
  }));
  return view.message.switch === undefined ? own : [{ members: switchMembers(view) }, ...own];
}

/** What the runtime reads of the class. The terms are known when all code is made. */
function statics(view: MessageView): readonly Property[] {
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

function constant(name: string, type: string, value: unknown): Property {
  const before = `  static readonly ${name}: ${type} = `.length;
  return { name, type, doc: "@internal", static: true, readonly: true, value: print(valueNode(value), before) };
}

function constructorOf({ emission, message }: MessageView) {
  return {
    parameters: [{ name: "slot", type: emission.imports.type("BufferSlot") }],
    body: `super(slot, ${identifier(message.ts)}.layout);`,
  };
}
