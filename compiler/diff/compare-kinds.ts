import type { Kind, Message } from "../model/model.js";
import type { Path } from "./change.js";
import { compareGate } from "./compare-gate.js";
import { compareShape } from "./compare-shape.js";
import type { Versions } from "./versions.js";
import { isOnlyWithNew } from "./worlds.js";

/** The kinds of a message. */
export function compareKinds(versions: Versions, old: Message, here: Message): void {
  for (const kind of old.kinds) compareKind(versions, [old, here], kind);
  for (const kind of here.kinds) addedKind(versions, old, here, kind);
}

function kindNow(old: Message, here: Message, kind: Kind): Kind | undefined {
  const isNew = ({ name }: Kind): boolean => !old.kinds.some((other) => other.name === name);
  const same = here.kinds.find(({ name }) => name === kind.name);
  return same ?? here.kinds.find((other) => isNew(other) && valuesOf(other) === valuesOf(kind));
}

/** The values of all switches, outermost first: `2.1`. */
function valuesOf({ selectors }: Kind): string {
  return selectors.map(({ value }) => value).join(".");
}

function compareKind(versions: Versions, [old, here]: readonly [Message, Message], kind: Kind): void {
  const now = kindNow(old, here, kind);
  const path = (message: Message, name: string): Path => ["messages", message.name, "kinds", name];
  const oldPath = path(old, kind.name);
  const what = `kind ${kind.name}`;
  if (now === undefined) {
    return versions.report("breaking", `${what} is gone`, { old: [oldPath], new: [["messages", here.name, "kinds"]] });
  }
  const newPath = path(here, now.name);
  const paths = { old: [oldPath], new: [newPath] };
  if (now.name !== kind.name) versions.report("source", `${what} is called ${now.name}`, paths);
  else if (now.ts !== kind.ts || now.handler !== kind.handler)
    versions.report("source", `${what} was ${kind.ts} in TypeScript and is ${now.ts}`, paths);
  if (valuesOf(now) !== valuesOf(kind))
    versions.report("breaking", `${what} was ${valuesOf(kind)} and is ${valuesOf(now)}`, paths);
  // The outermost switch is the message's.
  const [before, after] = [kind, now].map(({ selectors }) =>
    selectors
      .slice(1)
      .map((level) => level.switch)
      .join(", "),
  );
  if (before !== after) versions.report("breaking", `${what} was told apart by ${before} and is by ${after}`, paths);
  if (now.ok !== kind.ok) versions.report("breaking", `${what} answers success by another status`, paths);
  if (JSON.stringify(now.failsIf) !== JSON.stringify(kind.failsIf))
    versions.report("warning", `${what} is refused in other cases than before`, paths);
  compareGate(versions, [kind.if, now.if], `${what} exists`, paths, "warning");
  const containers = [
    [oldPath, ["messages", old.name]],
    [newPath, ["messages", here.name]],
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
