import type { Kind, Shape } from "../model/model.js";
import type { Method } from "./declaration.js";
import { oneLine } from "./doc-comment.js";
import { type CheckContext, checkFields } from "./field-checks.js";
import { handlerOf } from "./handlers.js";
import type { MergedMembers } from "./merged-members.js";
import type { Direction, MessageView } from "./message-view.js";
import { identifier } from "./names-in-code.js";
import type { VariableOpener } from "./open-variable.js";
import { visible } from "./plain-type.js";

/** `dispatch`: reads what the driver sent, refuses what it may not send, and calls the handler. */
export function dispatchMethod(
  view: MessageView,
  merged: MergedMembers,
  opener: VariableOpener,
  handlers: string,
): Method {
  const { message } = view;
  const body = [
    `if (!this.openCommon(${sizes(message.common)})) return undefined;`,
    ...(message.kinds.length > 0 ? switchLines(view, merged, opener) : soleLines(view, opener)),
  ];
  return {
    name: "dispatch",
    doc: "@internal",
    override: true,
    parameters: [{ name: "on", type: handlers }],
    returns: "unknown",
    body: body.join("\n"),
  };
}

function soleLines(view: MessageView, opener: VariableOpener): readonly string[] {
  const { message } = view;
  const context = requestContext(view, message.common);
  return [
    ...checkPart(view, message.common, "toDevice", context),
    ...opener.lines(message.common, undefined, context, "return undefined;"),
    `return on.${handlerOf(message)}(this);`,
  ];
}

function switchLines(view: MessageView, merged: MergedMembers, opener: VariableOpener): readonly string[] {
  const { message } = view;
  const field = view.field(message.switch ?? "", "toDevice");
  return [
    `switch (this.${identifier(field.ts)}) {`,
    ...message.kinds.flatMap((kind) => [
      `  case ${kind.value}: // ${oneLine(kind.name)}`,
      ...kindLines(view, kind, merged, opener).map((line) => `    ${line}`),
    ]),
    "  default:",
    `    return this.refuse(${message.status?.unsupported ?? 0});`,
    "}",
  ];
}

function kindLines(view: MessageView, kind: Kind, merged: MergedMembers, opener: VariableOpener): readonly string[] {
  const { message, terms } = view;
  const { shape } = kind;
  const context = requestContext(view, shape);
  const gate =
    kind.if === undefined ? [] : [`if (${terms.read(kind.if, "negotiated")} === 0) ${context.answers.unsupported}`];
  const failsIf = kind.failsIf.map(
    ({ when, status }) => `if (${terms.read(when, "offered")} !== 0) return this.refuse(${status});`,
  );
  const from = message.common.toDevice.headSize;
  return [
    ...gate,
    `if (!this.openKind(${kind.value}, ${from}, ${sizes(shape)})) return undefined;`,
    ...failsIf,
    ...checkPart(view, shape, "toDevice", context),
    ...opener.lines(shape, kind, context, "return undefined;"),
    `return on.${handlerOf(kind)}(${self(kind, shape, merged)});`,
  ].flatMap((line) => line.split("\n"));
}

/** The class cannot be each kind at once where a name has other types in other kinds; then it is one kind at a time. */
function self(kind: Kind, shape: Shape, merged: MergedMembers): string {
  return implementsKind(shape, merged) ? "this" : `this as unknown as ${identifier(kind.ts)}`;
}

/** Whether the class has all members of a kind as the kind has them. */
export function implementsKind({ toDevice, toDriver }: Shape, { conflicts }: MergedMembers): boolean {
  if (conflicts.size === 0) return true;
  return !visible([...toDevice.fields, ...toDriver.fields]).some(({ ts }) => conflicts.has(ts));
}

function requestContext(view: MessageView, shape: Shape): CheckContext {
  const unsupported = `return this.refuse(${view.message.status?.unsupported ?? 0});`;
  return {
    emission: view.emission,
    answers: { malformed: "return this.malformed();", unsupported },
    code: (expression) => view.terms.code(expression, view.reader(shape, "toDevice")),
  };
}

function checkPart(view: MessageView, shape: Shape, direction: Direction, context: CheckContext): readonly string[] {
  const fields = shape[direction].fields.filter((field) => field.name !== shape[direction].variable?.name);
  return checkFields(context, fields, view.place(direction), (field) => view.offset(field, direction));
}

/** Head and tail of both parts, in bytes. */
export function sizes({ toDevice, toDriver }: Shape): string {
  return [toDevice.headSize, toDevice.tailSize, toDriver.headSize, toDriver.tailSize].join(", ");
}
