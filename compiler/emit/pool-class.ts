import type { Kind, Message } from "../model/model.js";
import { chooserName } from "../model/view-names.js";
import { completeMethod } from "./completion.js";
import type { ClassDeclaration, Method } from "./declaration.js";
import { implementsKind, leastRoom, sizes } from "./dispatch.js";
import { docOf, docText } from "./doc-comment.js";
import type { Emission } from "./emission.js";
import type { CheckContext } from "./field-checks.js";
import { inWords } from "./field-doc.js";
import { writeInteger } from "./integer-code.js";
import { findInteger, readerOf } from "./integer-paths.js";
import { type MergedMembers, mergeMembers } from "./merged-members.js";
import { constructorOf, ends, memberSets, statics } from "./message-class.js";
import { MessageView } from "./message-view.js";
import { identifier } from "./names-in-code.js";
import { VariableOpener } from "./open-variable.js";

/** The class of a message that the device draws from a pool when it has something to say. */
export function poolClass(emission: Emission, message: Message): ClassDeclaration {
  if (message.common.toDevice.fields.length > 0) {
    throw new Error(`message ${message.name}: a pool whose driver sends something is not supported yet`);
  }
  const view = new MessageView(emission, message);
  const merged = mergeMembers(memberSets(view));
  const opener = new VariableOpener(view, merged.parts);
  const complete = completeMethod(view, merged.parts, undefined);
  const prepare = prepareMethod(view, opener);
  const choosers = message.kinds.map((kind) => chooser(view, kind, merged, opener));
  const shown = message.kinds.filter(({ shape }) => implementsKind(shape, merged)).map(({ ts }) => identifier(ts));
  return {
    kind: "class",
    name: identifier(message.ts),
    exported: true,
    doc: docOf(message),
    extends: emission.imports.value("PoolBuffer"),
    ...(shown.length > 0 ? { implements: shown } : {}),
    properties: [...statics(view), ...ends(view), ...merged.properties],
    construct: constructorOf(view),
    accessors: merged.accessors,
    methods: [...choosers, ...merged.methods, complete, prepare, ...opener.methods],
  };
}

function prepareMethod(view: MessageView, opener: VariableOpener): Method {
  const { message, emission } = view;
  const { common } = message;
  const answers = { malformed: "return this.malformed();", unsupported: "return this.malformed();" };
  const code: CheckContext["code"] = (value) => view.terms.code(value, readerOf(view, common, "toDriver"));
  const isChosen = message.kinds.length > 0;
  const open = [
    ...leastRoom(view, answers.malformed),
    ...(isChosen ? [] : opener.lines(common, undefined, { emission, answers, code }, "return false;")),
  ];
  const openCommon = `this.openCommon(${sizes(view, common)})`;
  const body = [`if (!${openCommon}) return false;`, ...open, "return true;"].join("\n");
  return {
    name: "prepare",
    doc: "@internal",
    override: true,
    parameters: [],
    returns: "boolean",
    body: open.length === 0 ? `return ${openCommon};` : body,
  };
}

/** The method by which the device says which kind of message it is. */
function chooser(view: MessageView, kind: Kind, merged: MergedMembers, opener: VariableOpener): Method {
  const { toDriver } = kind.shape;
  const small = `throw new RangeError("the driver's buffer is too small for ${identifier(kind.name)}");`;
  const context: CheckContext = {
    emission: view.emission,
    answers: { malformed: small, unsupported: small },
    code: (value) => view.terms.code(value, readerOf(view, kind.shape, "toDriver")),
  };
  const exists = kind.if === undefined ? undefined : `Exists with ${inWords(kind.if)}.`;
  const type = identifier(kind.ts);
  return {
    name: chooserName(kind.handler),
    doc: docText(`Makes this ${kind.name}.`, exists, "Throws a RangeError where the driver's buffer is too small."),
    parameters: [],
    returns: type,
    body: [
      `this.openChosen(${kind.id}, ${view.head(toDriver)}, ${toDriver.tailSize});`,
      ...kind.selectors.map((selector) => selectorLine(view, kind, selector)),
      ...opener.lines(kind.shape, kind, context, small),
      implementsKind(kind.shape, merged) ? "return this;" : `return this as unknown as ${type};`,
    ].join("\n"),
  };
}

function selectorLine(view: MessageView, { shape }: Kind, { switch: path, value }: Kind["selectors"][number]): string {
  const found = findInteger(view, shape.toDriver, path, "toDriver");
  if (!found) throw new Error(`the device cannot choose a kind by ${path}`);
  return `${writeInteger(found.type, `${found.place.scratch}.view`, found.at, String(value), view.emission.imports)};`;
}
