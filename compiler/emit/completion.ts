import type { Kind, Part, Shape } from "../model/model.js";
import type { Method } from "./declaration.js";
import { writeInteger } from "./integer-code.js";
import { findInteger } from "./integer-paths.js";
import type { MergedMembers } from "./merged-members.js";
import { variableArray } from "./message-members.js";
import type { MessageView } from "./message-view.js";
import { identifier } from "./names-in-code.js";
import { counterOf, isPayload } from "./part-arrays.js";
import { times } from "./view-member.js";

/** The type of a message's status; nothing where it has none. */
export function statusType({ emission, message }: MessageView): string | undefined {
  if (message.status === undefined || emission.isPool(message)) return undefined;
  return message.status.names === undefined ? "number" : identifier(emission.nameList(message.status.names).ts);
}

/** `complete`, which writes what the behaviour answered. */
export function completeMethod(view: MessageView, parts: MergedMembers["parts"], status: string | undefined): Method {
  const variants = new Map<string, (Kind | undefined)[]>([["this.finish(0);", []]]);
  for (const { kind, shape } of view.shapes) {
    const lines = finishLines(view, parts, shape);
    variants.set(lines, [...(variants.get(lines) ?? []), kind]);
  }
  return {
    name: "complete",
    doc: "Gives the buffer back to the driver.",
    override: view.emission.isPool(view.message),
    parameters: status === undefined ? [] : [{ name: "status", type: status }],
    returns: "void",
    body: [...(status === undefined ? [] : ["this.setStatus(status);"]), finishByKind(variants)].join("\n"),
  };
}

function finishByKind(variants: ReadonlyMap<string, readonly (Kind | undefined)[]>): string {
  const used = [...variants].filter(([, kinds]) => kinds.length > 0);
  if (used.length === 1) return (used[0] as [string, unknown])[0];
  const special = [...variants].slice(1);
  return [
    "switch (this.kind) {",
    ...special.flatMap(([lines, kinds]) => [
      ...kinds.map((kind) => `  case ${kind?.id}: // ${identifier(kind?.name ?? "")}`),
      ...lines.split("\n").map((line) => `    ${line}`),
      "    break;",
    ]),
    "  default:",
    "    this.finish(0);",
    "}",
  ].join("\n");
}

function finishLines(view: MessageView, parts: MergedMembers["parts"], { toDriver }: Shape): string {
  const { variable } = toDriver;
  if (variable?.type.kind !== "array") return "this.finish(0);";
  if (isPayload(variable)) return [...count(view, toDriver, "this.writable.written"), "this.finish(0);"].join("\n");
  const items = `${parts.get(variableArray(view, toDriver, variable, "toDriver").make)}.length`;
  return [...count(view, toDriver, items), `this.finish(${times(items, variable.type.stride)});`].join("\n");
}

/** Writes the field that says how long the array is. */
function count(view: MessageView, part: Part, value: string): readonly string[] {
  const counter = counterOf(part);
  if (counter?.type.kind !== "integer") return [];
  const place = view.placeOf(part, counter, "toDriver");
  const at = place.at(view.offset(counter, "toDriver"));
  return [`${writeInteger(counter.type, `${place.scratch}.view`, at, value, view.emission.imports)};`];
}

/** `setStatus`, which refusals of the runtime use too. */
export function setStatusMethod(view: MessageView): Method {
  const { message, emission } = view;
  const found = findInteger(view, message.common.toDriver, message.status?.field ?? "", "toDriver");
  if (!found) throw new Error(`the status of ${message.name} is no integer of to-driver`);
  return {
    name: "setStatus",
    override: true,
    protected: true,
    parameters: [{ name: "status", type: "number" }],
    returns: "void",
    body: `${writeInteger(found.type, `${found.place.scratch}.view`, found.at, "status", emission.imports)};`,
  };
}
