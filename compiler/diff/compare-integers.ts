import type { BitField, DeviceModel, Field, IntegerType, NameList } from "../model/model.js";
import { innermost } from "../model/types.js";
import type { ItemPaths, Versions } from "./versions.js";

/** What the bits of an integer mean. */
export function compareIntegers(versions: Versions, before: Field, after: Field, what: string, paths: ItemPaths): void {
  const [old, now] = [innermost(before.type), innermost(after.type)];
  if (old.kind !== "integer" || now.kind !== "integer") return;
  if (old.as !== now.as) {
    const isOther = old.as === "flags" || now.as === "flags";
    versions.report(isOther ? "breaking" : "source", `${what} was taken for ${old.as} and is for ${now.as}`, paths);
  }
  compareListOf(versions, [old.names, now.names], what, paths);
  compareOthers(versions, old, now, what, paths);
  compareBits(versions, [old.bits, now.bits], what, paths);
}

export function listOf({ names }: DeviceModel, list: string | undefined): NameList | undefined {
  return names.find(({ name }) => name === list);
}

/** Which list values have their names from. A list under a new name is the same where its numbers are. */
export function compareListOf(
  versions: Versions,
  [old, now]: readonly [string | undefined, string | undefined],
  what: string,
  paths: ItemPaths,
): void {
  if (old === now) return;
  const [before, after] = [listOf(versions.old, old), listOf(versions.new, now)];
  const isRenamed = listOf(versions.new, old) === undefined && numbersIn(before) === numbersIn(after);
  const kind = before === undefined || after === undefined ? "warning" : isRenamed ? "source" : "breaking";
  versions.report(kind, `${what} had values from ${old ?? "no list"} and has them from ${now ?? "no list"}`, paths);
}

function numbersIn(list: NameList | undefined): string {
  return String(list?.values.map(({ value }) => value).sort((a, b) => a - b));
}

function compareOthers(versions: Versions, old: IntegerType, now: IntegerType, what: string, paths: ItemPaths): void {
  if (old.otherBits === now.otherBits) return;
  const kind = old.otherBits === undefined ? "breaking" : "warning";
  versions.report(
    kind,
    `${what}: other bits were ${old.otherBits ?? "taken"} and are ${now.otherBits ?? "taken"}`,
    paths,
  );
}

function compareBits(
  versions: Versions,
  [old, now]: readonly [readonly BitField[], readonly BitField[]],
  what: string,
  paths: ItemPaths,
): void {
  const isSame = (a: BitField, b: BitField): boolean => a.low === b.low && a.high === b.high;
  for (const bits of old) {
    const here = now.find(({ name }) => name === bits.name) ?? now.find((other) => isSame(bits, other));
    const report = (kind: "breaking" | "source", message: string): void =>
      versions.report(kind, `${what}: bit ${bits.name} ${message}`, paths);
    if (here === undefined) {
      report("breaking", "is gone");
      continue;
    }
    if (here.name !== bits.name) report("source", `is called ${here.name}`);
    else if (here.ts !== bits.ts) report("source", `was ${bits.ts} in TypeScript and is ${here.ts}`);
    if (!isSame(here, bits)) report("breaking", "moved");
    compareListOf(versions, [bits.names, here.names], `${what}: bit ${bits.name}`, paths);
  }
  for (const bits of now) {
    const isKnown = old.some((other) => other.name === bits.name || isSame(other, bits));
    if (!isKnown) versions.report("warning", `${what}: bit ${bits.name} is new`, paths);
  }
}
