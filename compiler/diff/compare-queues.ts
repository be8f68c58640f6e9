import type { Queue } from "../model/model.js";
import { compareGate } from "./compare-gate.js";
import { messageNow } from "./compare-messages.js";
import type { ItemPaths, Versions } from "./versions.js";
import { isAlike, isOnlyWithNew, valuesIn, type World, worldsOf } from "./worlds.js";

/** Virtqueues: by evaluation, for what counts are the indices and not how they are written. */
export function compareQueues(versions: Versions): void {
  const matched = new Set<Queue>();
  for (const old of versions.old.queues) {
    const here = counterpart(versions, old);
    if (here === undefined) {
      versions.report("breaking", `queue ${old.name} is gone`, { old: [["queues", old.name]], new: [["queues"]] });
      continue;
    }
    matched.add(here);
    compareQueue(versions, old, here);
  }
  for (const queue of versions.new.queues) if (!matched.has(queue)) added(versions, queue);
}

/** The queue of that name; or a new one in its place. */
function counterpart({ old, new: now }: Versions, queue: Queue): Queue | undefined {
  const isNew = ({ name }: Queue): boolean => !old.queues.some((other) => other.name === name);
  const inPlace = ({ index }: Queue): boolean => JSON.stringify(index) === JSON.stringify(queue.index);
  return (
    now.queues.find(({ name }) => name === queue.name) ??
    now.queues.find((candidate) => isNew(candidate) && inPlace(candidate))
  );
}

function added(versions: Versions, { name, if: gate }: Queue): void {
  const isSafe = isOnlyWithNew(versions, gate);
  const why = isSafe ? "exists with a new feature only" : "exists without a new feature";
  const paths = { old: [["queues"]], new: [["queues", name]] };
  versions.report(isSafe ? "compatible" : "breaking", `queue ${name} is new and ${why}`, paths);
}

function compareQueue(versions: Versions, old: Queue, here: Queue): void {
  const paths = { old: [["queues", old.name]], new: [["queues", here.name]] };
  const what = `queue ${old.name}`;
  if (old.name !== here.name) versions.report("source", `${what} is called ${here.name}`, paths);
  else if (old.ts !== here.ts)
    versions.report("source", `${what} was ${old.ts} in TypeScript and is ${here.ts}`, paths);
  if (messageNow(versions, old.carries)?.name !== here.carries)
    versions.report("breaking", `${what} carried ${old.carries} and carries ${here.carries}`, paths);
  for (const [key, name, kind] of serving) {
    if (old[key] === here[key]) continue;
    versions.report(kind, `${what}: ${name} was ${old[key] ?? "none"} and is ${here[key] ?? "none"}`, paths);
  }
  compareGate(versions, [old.if, here.if], `${what} exists`, paths, "breaking");
  comparePlaces(versions, old, here, what, paths);
}

/**
 * How buffers are served shows in no byte, but a driver may wait for what comes no longer; where queues before it leave gaps,
 * a queue has another number.
 */
const serving = [
  ["whenEmpty", "when-empty", "warning"],
  ["held", "held", "warning"],
  ["ordered", "ordered", "warning"],
  ["priority", "priority", "warning"],
  ["fixedIndex", "numbering fixed", "breaking"],
] as const;

/** The first combination in which the queue has other instances, or an instance another index. */
function comparePlaces(versions: Versions, old: Queue, here: Queue, what: string, paths: ItemPaths): void {
  const [before, after] = [old, here].map(({ index, count, if: gate }) => [index, count ?? 1, gate ?? 1] as const) as [
    readonly [Queue["index"], Queue["index"], Queue["index"]],
    readonly [Queue["index"], Queue["index"], Queue["index"]],
  ];
  if (before.every((value, i) => isAlike(versions, value, after[i]))) return;
  const exists = (world: World): boolean => valuesIn(world, before[2], after[2]).every((value) => value !== 0);
  for (const world of worldsOf(versions, before, after).filter(exists)) {
    const [was, is] = valuesIn(world, before[1], after[1]);
    if (was !== is)
      return versions.report("breaking", `${what} had ${was} instances and has ${is}${world.shown}`, paths);
    const moved = [0, 1, 2, was - 1].filter((n) => n >= 0 && n < was).find((n) => differ(world, old, here, n));
    if (moved === undefined) continue;
    const [from, to] = valuesIn(world, old.index, here.index, moved);
    return versions.report("breaking", `${what}: index ${from} of instance ${moved} is ${to}${world.shown}`, paths);
  }
}

function differ(world: World, old: Queue, here: Queue, n: number): boolean {
  const [before, after] = valuesIn(world, old.index, here.index, n);
  return before !== after;
}
