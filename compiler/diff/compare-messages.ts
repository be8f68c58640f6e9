import type { Message } from "../model/model.js";
import type { Path } from "./change.js";
import { compareGate } from "./compare-gate.js";
import { compareKinds } from "./compare-kinds.js";
import { compareShape } from "./compare-shape.js";
import { compareStatus } from "./compare-status.js";
import type { ItemPaths, Versions } from "./versions.js";
import { witness } from "./worlds.js";

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
  else if (old.ts !== here.ts || old.handler !== here.handler)
    versions.report("source", `${what} was ${old.ts} in TypeScript and is ${here.ts}`, paths);
  if (old.prefix !== here.prefix) versions.report("source", `${what} has another prefix in C`, paths);
  if (old.switch !== here.switch)
    versions.report(
      "breaking",
      `${what}: kinds were told apart by ${old.switch ?? "nothing"} and are by ${here.switch ?? "nothing"}`,
      paths,
    );
  compareMinSize(versions, old, here, paths);
  compareSpans(versions, old, here, paths);
  compareStatus(versions, old, here);
  if (old.kinds.length === 0) compareShape(versions, what, old.common, here.common, [[before], [after]]);
  compareKinds(versions, old, here);
}

/** What the driver must at least leave room for. Without it the device says nothing about room. */
function compareMinSize(versions: Versions, old: Message, here: Message, paths: ItemPaths): void {
  const what = `message ${old.name}: min-size`;
  const raised = witness(versions, old.minSize ?? 0, here.minSize ?? 0, (before, after) => after > before);
  const lowered = witness(versions, old.minSize ?? 0, here.minSize ?? 0, (before, after) => after < before);
  if (raised) versions.report("breaking", `${what} was raised${raised.shown}`, paths);
  if (lowered)
    versions.report("warning", `${what} was lowered${lowered.shown}; old devices refuse smaller buffers`, paths);
}

function compareSpans(versions: Versions, old: Message, here: Message, paths: ItemPaths): void {
  const what = `message ${old.name}`;
  const [before, after] = [old.spans, here.spans];
  if (before?.count !== after?.count)
    versions.report(
      "breaking",
      `${what} counted its buffers in ${before?.count ?? "nothing"} and does in ${after?.count ?? "nothing"}`,
      paths,
    );
  const gates = [before && (before.if ?? 1), after && (after.if ?? 1)] as const;
  compareGate(versions, [gates[0] ?? 0, gates[1] ?? 0], `${what} takes several buffers`, paths, "breaking");
}
