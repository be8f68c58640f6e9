import type { Kind, Part, Shape } from "../model/model.js";
import { copyLines } from "./copies.js";
import type { Method } from "./declaration.js";
import { oneLine } from "./doc-comment.js";
import { handlerOf } from "./handlers.js";
import { bytesUntil, hasInteger, selectorCode } from "./integer-paths.js";
import type { MergedMembers } from "./merged-members.js";
import type { MessageView } from "./message-view.js";
import { identifier } from "./names-in-code.js";
import type { VariableOpener } from "./open-variable.js";
import { checkPart, requestContext } from "./part-checks.js";
import { visible } from "./plain-type.js";

/** `dispatch`: reads what the driver sent, refuses what it may not send, and calls the handler. */
export function dispatchMethod(
  view: MessageView,
  merged: MergedMembers,
  opener: VariableOpener,
  handlers: string,
): Method {
  const { message } = view;
  const kinds = { view, merged, opener };
  const body = [
    `if (!this.openCommon(${sizes(view, message.common)})) return undefined;`,
    ...leastRoom(view, "return this.malformed();"),
    ...copyLines(view, message.common),
    ...(message.kinds.length > 0
      ? switchLines(kinds, message.kinds, 0, message.common.toDevice)
      : soleLines(view, opener)),
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

/** Refuses a buffer that is smaller than the definition asks for. */
export function leastRoom({ message, terms }: MessageView, answer: string): readonly string[] {
  const { minSize } = message;
  return minSize === undefined ? [] : [`if (!this.hasRoom(${terms.code(minSize, () => "0")})) ${answer}`];
}

function soleLines(view: MessageView, opener: VariableOpener): readonly string[] {
  const { message } = view;
  const context = requestContext(view, message.common);
  return [
    ...checkPart(view, message.common, context),
    ...opener.lines(message.common, undefined, context, "return undefined;"),
    `return on.${handlerOf(message)}(this);`,
  ];
}

/** What code for kinds is made from. */
interface Emitting {
  readonly view: MessageView;
  readonly merged: MergedMembers;
  readonly opener: VariableOpener;
}

/** One level of kinds. @param part what was read of the request so far */
function switchLines(emitting: Emitting, kinds: readonly Kind[], level: number, part: Part): readonly string[] {
  const { view } = emitting;
  const path = kinds[0]?.selectors[level]?.switch ?? "";
  const isShown = level === 0 && part.fields.some(({ name }) => name === path);
  const value = isShown
    ? `this.${identifier(part.fields.find(({ name }) => name === path)?.ts ?? "")}`
    : selectorCode(view, part, path);
  return [
    `switch (${value}) {`,
    ...byValue(kinds, level).flatMap(([first, own]) => [
      `  case ${first.selectors[level]?.value}: // ${oneLine(first.selectors[level]?.name ?? "")}`,
      ...(first.selectors.length > level + 1
        ? innerLines(emitting, own, level + 1, part)
        : kindLines(emitting, first)
      ).map((line) => `    ${line}`),
    ]),
    "  default:",
    `    return this.refuse(${view.message.status?.unsupported ?? 0});`,
    "}",
  ];
}

/** Kinds of one value at a level, in the order of the definition. */
function byValue(kinds: readonly Kind[], level: number): readonly (readonly [Kind, readonly Kind[]])[] {
  const groups = new Map<number | undefined, Kind[]>();
  for (const kind of kinds) {
    const value = kind.selectors[level]?.value;
    groups.set(value, [...(groups.get(value) ?? []), kind]);
  }
  return [...groups.values()].map((group) => [group[0] as Kind, group] as const);
}

/** Kinds inside of a kind: where their switch is not in what all requests have, it is read first. */
function innerLines(emitting: Emitting, kinds: readonly Kind[], level: number, part: Part): readonly string[] {
  const { view } = emitting;
  const path = kinds[0]?.selectors[level]?.switch ?? "";
  if (hasInteger(view, part, path)) return switchLines(emitting, kinds, level, part);
  const own = kinds.map(({ shape }) => shape.toDevice).reduce((a, b) => (a.headSize <= b.headSize ? a : b));
  const { toDevice, toDriver } = view.message.common;
  const sizes = [bytesUntil(view, own, path), toDevice.tailSize, view.head(toDriver), toDriver.tailSize].join(", ");
  return [
    `if (!this.openKind(0, ${view.head(toDevice)}, ${sizes})) return undefined;`,
    ...switchLines(emitting, kinds, level, own),
  ];
}

function kindLines({ view, merged, opener }: Emitting, kind: Kind): readonly string[] {
  const { message, terms } = view;
  const { shape } = kind;
  const context = requestContext(view, shape);
  const gate =
    kind.if === undefined ? [] : [`if (${terms.read(kind.if, "negotiated")} === 0) ${context.answers.unsupported}`];
  const failsIf = kind.failsIf.map(
    ({ when, status }) => `if (${terms.read(when, "offered")} !== 0) return this.refuse(${status});`,
  );
  const from = view.head(message.common.toDevice);
  const common = new Set(message.common.toDriver.fields.map(({ name }) => name));
  return [
    ...gate,
    `if (!this.openKind(${kind.id}, ${from}, ${sizes(view, shape)})) return undefined;`,
    ...copyLines(view, shape, common),
    ...failsIf,
    ...checkPart(view, shape, context),
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

/** Head and tail of both parts, in bytes. */
export function sizes(view: MessageView, { toDevice, toDriver }: Shape): string {
  return [view.head(toDevice), toDevice.tailSize, view.head(toDriver), toDriver.tailSize].join(", ");
}
