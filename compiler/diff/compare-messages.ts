import type { Kind, Message, Part, Shape } from "../model/model.js";
import type { Path } from "./change.js";
import { compareFields } from "./compare-fields.js";
import { compareGate } from "./compare-gate.js";
import type { Versions } from "./versions.js";
import { isOnlyWithNew } from "./worlds.js";

/** What buffers hold. */
export function compareMessages(versions: Versions): void {
  for (const old of versions.old.messages) {
    const here = messageNow(versions, old.name);
    const path = ["messages", old.name];
    if (here === undefined)
      versions.report("breaking", `message ${old.name} is gone`, { old: [path], new: [["messages"]] });
    else compareMessage(versions, old, here);
  }
}

/** The message of that name; or the one that the same queue carries now. */
export function messageNow(versions: Versions, name: string): Message | undefined {
  const { messages, queues } = versions.new;
  const queue = versions.old.queues.find(({ carries }) => carries === name)?.name;
  const carried = queues.find((candidate) => candidate.name === queue)?.carries;
  const named = (wanted: string | undefined): Message | undefined => messages.find((m) => m.name === wanted);
  return named(name) ?? (versions.old.messages.some((m) => m.name === carried) ? undefined : named(carried));
}

function compareMessage(versions: Versions, old: Message, here: Message): void {
  const [before, after]: [Path, Path] = [
    ["messages", old.name],
    ["messages", here.name],
  ];
  const paths = { old: [before], new: [after] };
  const what = `message ${old.name}`;
  if (old.name !== here.name) versions.report("source", `${what} is called ${here.name}`, paths);
  else if (old.ts !== here.ts)
    versions.report("source", `${what} was ${old.ts} in TypeScript and is ${here.ts}`, paths);
  if (old.prefix !== here.prefix) versions.report("source", `${what} has another prefix in C`, paths);
  if (old.switch !== here.switch && old.kinds.length > 0)
    versions.report("breaking", `${what}: kinds were told apart by ${old.switch} and are by ${here.switch}`, paths);
  compareStatus(versions, old, here);
  if (old.kinds.length === 0) compareShape(versions, what, old.common, here.common, [[before], [after]]);
  for (const kind of old.kinds) compareKind(versions, [old, here], kind);
  for (const kind of here.kinds) addedKind(versions, old, here, kind);
}

function compareStatus(versions: Versions, old: Message, here: Message): void {
  for (const key of ["field", "ok", "error", "unsupported", "malformed"] as const) {
    const [before, after] = [old.status?.[key], here.status?.[key]];
    if (before === after) continue;
    const kind = key === "field" || key === "ok" ? "breaking" : "warning";
    const message = `message ${old.name}: the status ${key} was ${before ?? "none"} and is ${after ?? "none"}`;
    versions.report(kind, message, {
      old: [["messages", old.name, "status"]],
      new: [["messages", here.name, "status"]],
    });
  }
}

function kindNow(old: Message, here: Message, kind: Kind): Kind | undefined {
  const isNew = ({ name }: Kind): boolean => !old.kinds.some((other) => other.name === name);
  const same = here.kinds.find(({ name }) => name === kind.name);
  return same ?? here.kinds.find((other) => isNew(other) && other.value === kind.value);
}

function compareKind(versions: Versions, [old, here]: readonly [Message, Message], kind: Kind): void {
  const now = kindNow(old, here, kind);
  const path = (message: Message, name: string): Path => ["messages", message.name, "kinds", name];
  const before = path(old, kind.name);
  const what = `kind ${kind.name}`;
  if (now === undefined) {
    return versions.report("breaking", `${what} is gone`, { old: [before], new: [["messages", here.name, "kinds"]] });
  }
  const after = path(here, now.name);
  const paths = { old: [before], new: [after] };
  if (now.name !== kind.name) versions.report("source", `${what} is called ${now.name}`, paths);
  else if (now.ts !== kind.ts || now.handler !== kind.handler)
    versions.report("source", `${what} was ${kind.ts} in TypeScript and is ${now.ts}`, paths);
  if (now.value !== kind.value) versions.report("breaking", `${what} was ${kind.value} and is ${now.value}`, paths);
  if (now.ok !== kind.ok) versions.report("breaking", `${what} answers success by another status`, paths);
  if (JSON.stringify(now.failsIf) !== JSON.stringify(kind.failsIf))
    versions.report("warning", `${what} is refused in other cases than before`, paths);
  compareGate(versions, [kind.if, now.if], `${what} exists`, paths, "warning");
  const containers = [
    [before, ["messages", old.name]],
    [after, ["messages", here.name]],
  ] as const;
  compareShape(versions, what, kind.shape, now.shape, containers);
}

/** Old devices answer that they do not support it. */
function addedKind(versions: Versions, old: Message, here: Message, kind: Kind): void {
  if (old.kinds.some((other) => kindNow(old, here, other) === kind)) return;
  const isSafe = isOnlyWithNew(versions, kind.if);
  const why = isSafe ? "exists with a new feature only" : "old devices do not know it";
  const path = ["messages", here.name, "kinds"];
  const paths = { old: [["messages", old.name, "kinds"]], new: [[...path, kind.name]] };
  versions.report(isSafe ? "compatible" : "warning", `kind ${kind.name} is new; ${why}`, paths);
}

function compareShape(
  versions: Versions,
  what: string,
  old: Shape,
  here: Shape,
  [before, after]: readonly [readonly Path[], readonly Path[]],
): void {
  for (const [key, part, writer] of [
    ["toDevice", "to-device", "driver"],
    ["toDriver", "to-driver", "device"],
  ] as const) {
    compareFields(versions, {
      what: `${what}, ${part}`,
      old: old[key].fields,
      new: here[key].fields,
      paths: [...before, ...after].map((path) => [...path, part]),
      writersOf: () => [writer],
    });
    const [was, is] = [reservedIn(old[key]), reservedIn(here[key])];
    if (was === is) continue;
    const paths = { old: before.map((path) => [...path, part]), new: after.map((path) => [...path, part]) };
    versions.report("breaking", `${what}, ${part}: there were ${was} reserved bytes and are ${is}`, paths);
  }
}

/** Bytes that mean nothing: the one thing about a part that its other fields do not tell. */
function reservedIn({ fields }: Part): number {
  return fields.reduce((sum, { type }) => sum + (type.kind === "reserved" ? type.bytes : 0), 0);
}
