import type { Expression } from "../model/expression.js";
import type { BitField, Field } from "../model/model.js";
import { innermost } from "../model/types.js";
import type { Path } from "./change.js";
import { compareLimits, type Writer } from "./compare-limits.js";
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
  readonly writersOf: (field: F) => readonly Writer[];
  readonly pair?: (pair: readonly [F, F], what: string, paths: ItemPaths) => void;
}

/** What became of each field. */
export function compareFields<F extends Field>(versions: Versions, list: FieldList<F>): void {
  const matched = new Set<F>();
  for (const old of list.old.filter(isMeant)) {
    const here = counterpart(versions, list, old);
    if (here === undefined) gone(versions, list, old);
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
  return meant.find((field) => isNew(field) && isSamePlace(field, old) && shapes(versions, old, field).isSame);
}

function isSamePlace(a: Field, b: Field): boolean {
  return a.at.from === b.at.from && a.at.bytes === b.at.bytes;
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
  const gate = "if" in field ? (field.if as Expression | undefined) : undefined;
  const isSafe = isOnlyWithNew(versions, gate);
  const wasReserved = list.old.some(
    (old) => !isMeant(old) && old.at.bytes <= field.at.bytes && endOf(field) <= endOf(old),
  );
  const where = wasReserved ? "takes reserved bytes" : "is new";
  const why = isSafe ? "exists with a new feature only" : "exists without a new feature";
  const paths = { old: list.paths, new: within(list, field.name) };
  versions.report(isSafe ? "compatible" : "breaking", `${list.what}: ${field.name} ${where} and ${why}`, paths);
}

function comparePair<F extends Field>(versions: Versions, list: FieldList<F>, old: F, here: F): void {
  const paths = { old: within(list, old.name), new: within(list, here.name) };
  const what = `${list.what}: ${old.name}`;
  const shape = shapes(versions, old, here);
  if (!isSamePlace(old, here))
    versions.report("breaking", `${what} moved from ${placeOf(old)} to ${placeOf(here)}`, paths);
  if (!shape.isSame) versions.report("breaking", `${what} was ${shape.old} and is ${shape.new}`, paths);
  if (here.name !== old.name) versions.report("source", `${what} is called ${here.name}`, paths);
  else if (here.ts !== old.ts)
    versions.report("source", `${what} was ${old.ts} in TypeScript and is ${here.ts}`, paths);
  if (shape.isSame) compareLimits(versions, [old, here], list.writersOf(old), what, paths);
  compareBits(versions, [bitsOf(old), bitsOf(here)], what, paths);
  list.pair?.([old, here], what, paths);
}

function placeOf({ at }: Field): string {
  return at.from === "start" ? `byte ${at.bytes}` : `byte ${at.bytes} from the end`;
}

function bitsOf({ type }: Field): readonly BitField[] {
  const inner = innermost(type);
  return inner.kind === "integer" ? inner.bits : [];
}

function compareBits(
  versions: Versions,
  [old, now]: readonly [readonly BitField[], readonly BitField[]],
  what: string,
  paths: ItemPaths,
): void {
  for (const { name, low, high } of old) {
    const here = now.find((bits) => bits.name === name);
    const same = now.find((bits) => bits.low === low && bits.high === high);
    if (here === undefined && same !== undefined)
      versions.report("source", `${what}: bit ${name} is called ${same.name}`, paths);
    else if (here === undefined) versions.report("breaking", `${what}: bit ${name} is gone`, paths);
    else if (here.low !== low || here.high !== high) versions.report("breaking", `${what}: bit ${name} moved`, paths);
  }
  for (const { name, low, high } of now) {
    const isKnown = old.some((bits) => bits.name === name || (bits.low === low && bits.high === high));
    if (!isKnown) versions.report("warning", `${what}: bit ${name} is new`, paths);
  }
}
