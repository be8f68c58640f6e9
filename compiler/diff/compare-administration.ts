import { type AdministrationItem, type AdministrationSort, administrationSorts } from "../model/administration.js";
import type { Type } from "../model/model.js";
import { compareGate } from "./compare-gate.js";
import { shapeOf, sharedStructs } from "./shape.js";
import type { ItemPaths, Versions } from "./versions.js";

/** Capabilities, types of resource objects and device parts; programs find them by their ids. */
export function compareAdministration(versions: Versions): void {
  for (const sort of administrationSorts) compareSort(versions, sort);
}

const words: Readonly<Record<AdministrationSort, { readonly what: string; readonly key: string }>> = {
  capabilities: { what: "capability", key: "capabilities" },
  resourceObjects: { what: "resource object", key: "resource-objects" },
  deviceParts: { what: "device part", key: "device-parts" },
};

function compareSort(versions: Versions, sort: AdministrationSort): void {
  const { what, key } = words[sort];
  const [before, after] = [versions.old.administration[sort], versions.new.administration[sort]];
  const matched = new Set<AdministrationItem>();
  for (const old of before) {
    const here = counterpart(before, after, old);
    if (here === undefined)
      versions.report("breaking", `${what} ${old.name} is gone`, { old: [[key, old.name]], new: [[key]] });
    else {
      matched.add(here);
      compareItem(versions, old, here, `${what} ${old.name}`, { old: [[key, old.name]], new: [[key, here.name]] });
    }
  }
  for (const { name } of after.filter((item) => !matched.has(item))) {
    const paths = { old: [[key]], new: [[key, name]] };
    versions.report("compatible", `${what} ${name} is new; who does not know it does without it`, paths);
  }
}

/** The item of that name, or one that has its id under a new name. */
function counterpart(
  before: readonly AdministrationItem[],
  after: readonly AdministrationItem[],
  { name, id }: AdministrationItem,
): AdministrationItem | undefined {
  const isNew = (item: AdministrationItem): boolean => !before.some((other) => other.name === item.name);
  return after.find((item) => item.name === name) ?? after.find((item) => isNew(item) && item.id === id);
}

function compareItem(
  versions: Versions,
  old: AdministrationItem,
  here: AdministrationItem,
  what: string,
  paths: ItemPaths,
): void {
  if (old.id !== here.id) versions.report("breaking", `${what} had id ${hex(old.id)} and has ${hex(here.id)}`, paths);
  if (old.name !== here.name) versions.report("source", `${what} is called ${here.name}`, paths);
  const shared = sharedStructs(versions.old, versions.new);
  const shapes = [shapeOf(versions.old, struct(old), shared), shapeOf(versions.new, struct(here), shared)];
  if (shapes[0] !== shapes[1]) versions.report("breaking", `${what} was ${shapes[0]} and is ${shapes[1]}`, paths);
  compareGate(versions, [old.if, here.if], `${what} exists`, paths, "warning");
}

function struct(item: AdministrationItem): Type {
  return { kind: "struct", struct: item.struct };
}

function hex(id: number): string {
  return `0x${id.toString(16)}`;
}
