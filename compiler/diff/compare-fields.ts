import type { Anchor, Field } from "../model/model.js";
import type { Path } from "./change.js";
import { compareGate } from "./compare-gate.js";
import { compareIntegers } from "./compare-integers.js";
import { compareLimits, type Writer } from "./compare-limits.js";
import { moveBetween, placeOf } from "./compare-place.js";
import { compareUnion, isMeantOnlyWithNew } from "./compare-union.js";
import { shapeOf, sharedStructs } from "./shape.js";
import type { ItemPaths, Versions } from "./versions.js";
import { isOnlyWithNew } from "./worlds.js";

/** Fields that lie one after the other: of a struct, of the configuration space, of one part of a buffer. */
export interface FieldList<F extends Field = Field> {
  /** In words: `struct entry`. */
  readonly what: string;
  readonly old: readonly F[];
  readonly new: readonly F[];
  /** Maps that hold the fields, in either version. */
  readonly paths: readonly Path[];
  /** Places that are known late, of a part. */
  readonly anchors?: { readonly old: readonly Anchor[]; readonly new: readonly Anchor[] };
  /** The fields lie in place in the parts that hold them, where they are compared. */
  readonly isOpen?: boolean;
  /** Byte from which on new fields are in nobody's way, for the driver says how many bytes it reads. */
  readonly openFrom?: number;
  readonly writersOf: (field: F) => readonly Writer[];
  readonly pair?: (pair: readonly [F, F], what: string, paths: ItemPaths) => void;
}

/** What became of each field. */
export function compareFields<F extends Field>(versions: Versions, list: FieldList<F>): void {
  const matched = new Set<F>();
  for (const old of list.old.filter(isMeant)) {
    const here = counterpart(versions, list, old);
    if (here === undefined || matched.has(here)) gone(versions, list, old);
    else {
      matched.add(here);
      comparePair(versions, list, old, here);
    }
  }
  for (const field of list.new.filter(isMeant)) if (!matched.has(field)) added(versions, list, field);
}

function isMeant({ type }: Field): boolean {
  return type.kind !== "reserved";
}

/** The field of that name, or one that took its place under another. */
function counterpart<F extends Field>(versions: Versions, list: FieldList<F>, old: F): F | undefined {
  const meant = list.new.filter(isMeant);
  const same = meant.find(({ name }) => name === old.name);
  if (same) return same;
  const isNew = ({ name }: F): boolean => !list.old.some((field) => isMeant(field) && field.name === name);
  return meant.find((field) => isNew(field) && isSamePlace(versions, list, old, field));
}

/** Whether a field has the place of another, its type, and its part in a union. */
function isSamePlace<F extends Field>(versions: Versions, list: FieldList<F>, old: F, here: F): boolean {
  const isSameMember = String(old.union?.when) === String(here.union?.when);
  return isSameMember && move(versions, list, old, here) === undefined && shapes(versions, old, here).isSame;
}

function move<F extends Field>(versions: Versions, { anchors, isOpen }: FieldList<F>, old: F, here: F) {
  if (isOpen) return undefined;
  return moveBetween(versions, placeOf(old, anchors?.old ?? []), placeOf(here, anchors?.new ?? []));
}

interface Shapes {
  readonly old: string;
  readonly new: string;
  readonly isSame: boolean;
}

function shapes(versions: Versions, before: Field, after: Field): Shapes {
  const shared = sharedStructs(versions.old, versions.new);
  const [old, now] = [shapeOf(versions.old, before.type, shared), shapeOf(versions.new, after.type, shared)];
  return { old, new: now, isSame: old === now };
}

function gone<F extends Field>(versions: Versions, list: FieldList<F>, { name, at }: F): void {
  const isReserved = list.new.some((field) => !isMeant(field) && field.at.bytes <= at.bytes && at.bytes < endOf(field));
  const what = isReserved ? "is reserved now" : "is gone";
  versions.report("breaking", `${list.what}: ${name} ${what}`, { old: within(list, name), new: list.paths });
}

function endOf({ at, size }: Field): number {
  return at.bytes + size;
}

function within({ paths }: { readonly paths: readonly Path[] }, name: string): Path[] {
  return paths.map((path) => [...path, name]);
}

/** What an old driver meets that does not know it; it is fine where a feature that is new, too, is needed for it. */
function added<F extends Field>(versions: Versions, list: FieldList<F>, field: F): void {
  if (list.openFrom !== undefined && field.at.bytes >= list.openFrom) return atOpenEnd(versions, list, field);
  const isSafe = isOnlyWithNew(versions, field.if) || isMeantOnlyWithNew(versions, { field, siblings: list.new });
  const wasReserved = list.old.some(
    (old) => !isMeant(old) && old.at.bytes <= field.at.bytes && endOf(field) <= endOf(old),
  );
  const where = wasReserved ? "takes reserved bytes" : "is new";
  const why = isSafe ? "exists with a new feature only" : "exists without a new feature";
  const paths = { old: list.paths, new: within(list, field.name) };
  versions.report(isSafe ? "compatible" : "breaking", `${list.what}: ${field.name} ${where} and ${why}`, paths);
}

function atOpenEnd<F extends Field>(versions: Versions, list: FieldList<F>, { name }: F): void {
  const paths = { old: list.paths, new: within(list, name) };
  versions.report("compatible", `${list.what}: ${name} is new, behind what old drivers ask for`, paths);
}

function comparePair<F extends Field>(versions: Versions, list: FieldList<F>, old: F, here: F): void {
  const paths = { old: within(list, old.name), new: within(list, here.name) };
  const what = `${list.what}: ${old.name}`;
  const shape = shapes(versions, old, here);
  const moved = move(versions, list, old, here);
  if (moved !== undefined) versions.report("breaking", `${what} ${moved}`, paths);
  if (!shape.isSame) versions.report("breaking", `${what} was ${shape.old} and is ${shape.new}`, paths);
  if (here.name !== old.name) versions.report("source", `${what} is called ${here.name}`, paths);
  else if (here.ts !== old.ts)
    versions.report("source", `${what} was ${old.ts} in TypeScript and is ${here.ts}`, paths);
  if (shape.isSame) compareLimits(versions, [old, here], list.writersOf(old), what, paths);
  compareGate(versions, [old.if, here.if], `${what} exists`, paths, "breaking");
  compareGate(versions, [old.validIf, here.validIf], `${what} means something`, paths, "breaking");
  compareIntegers(versions, old, here, what, paths);
  compareUnion(versions, { field: old, siblings: list.old }, { field: here, siblings: list.new }, what, paths);
  for (const key of ["guestAddress", "copies"] as const) {
    if (JSON.stringify(old[key]) === JSON.stringify(here[key])) continue;
    versions.report("breaking", `${what}: ${keys[key]} changed`, paths);
  }
  list.pair?.([old, here], what, paths);
}

const keys = { guestAddress: "guest-address", copies: "copies" };
