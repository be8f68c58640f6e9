import type { SharedMemory } from "../model/model.js";
import { compareGate } from "./compare-gate.js";
import type { ItemPaths, Versions } from "./versions.js";
import { isOnlyWithNew } from "./worlds.js";

/** Shared memory regions; drivers find them by their ids. */
export function compareSharedMemory(versions: Versions): void {
  const matched = new Set<SharedMemory>();
  for (const old of versions.old.sharedMemory) {
    const here = counterpart(versions, old);
    if (here) compareRegion(versions, old, here);
    else {
      const paths = { old: [["shared-memory", old.name]], new: [["shared-memory"]] };
      versions.report("breaking", `shared memory ${old.name} is gone`, paths);
    }
    if (here) matched.add(here);
  }
  for (const region of versions.new.sharedMemory) if (!matched.has(region)) added(versions, region);
}

function counterpart({ old, new: now }: Versions, region: SharedMemory): SharedMemory | undefined {
  const isNew = ({ name }: SharedMemory): boolean => !old.sharedMemory.some((other) => other.name === name);
  const same = now.sharedMemory.find(({ name }) => name === region.name);
  return same ?? now.sharedMemory.find((candidate) => isNew(candidate) && candidate.id === region.id);
}

function added(versions: Versions, { name, if: gate, optional }: SharedMemory): void {
  const isSafe = optional || isOnlyWithNew(versions, gate);
  const why = isSafe ? "drivers do without it" : "old devices do not have it";
  const paths = { old: [["shared-memory"]], new: [["shared-memory", name]] };
  versions.report(isSafe ? "compatible" : "warning", `shared memory ${name} is new; ${why}`, paths);
}

function compareRegion(versions: Versions, old: SharedMemory, here: SharedMemory): void {
  const paths: ItemPaths = { old: [["shared-memory", old.name]], new: [["shared-memory", here.name]] };
  const what = `shared memory ${old.name}`;
  const [before, after] = [idsOf(old), idsOf(here)];
  if (before !== after) versions.report("breaking", `${what} had ${before} and has ${after}`, paths);
  if (old.name !== here.name) versions.report("source", `${what} is called ${here.name}`, paths);
  if (old.optional !== here.optional) {
    const kind = here.optional ? "breaking" : "warning";
    versions.report(kind, `${what} ${here.optional ? "may be missing now" : "is always there now"}`, paths);
  }
  compareGate(versions, [old.if, here.if], `${what} exists`, paths, "warning");
}

function idsOf({ id, last }: SharedMemory): string {
  return last === undefined ? `id ${id}` : `ids ${id} to ${last}`;
}
