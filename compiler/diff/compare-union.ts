import type { Field, Union } from "../model/model.js";
import { listOf } from "./compare-integers.js";
import type { ItemPaths, Versions } from "./versions.js";
import { isOnlyWithNew } from "./worlds.js";

/** A member of a union, and the fields among which it stands. */
export interface Member {
  readonly field: Field;
  readonly siblings: readonly Field[];
}

/** The union that a field is in: its bytes, and when the field is the one that is meant. */
export function compareUnion(versions: Versions, old: Member, now: Member, what: string, paths: ItemPaths): void {
  const [before, after] = [old.field.union, now.field.union];
  const breaking = (message: string): void => versions.report("breaking", `${what} ${message}`, paths);
  if (before === undefined && after === undefined) return;
  if (before === undefined || after === undefined)
    return breaking(after === undefined ? "is in a union no longer" : "is in a union now");
  if (before.size !== after.size) breaking(`was in a union of ${before.size} bytes and is in one of ${after.size}`);
  if (before.name !== after.name)
    versions.report("source", `${what} was in the union ${before.name} and is in ${after.name}`, paths);
  if (!isSameSwitch(before, after, old.siblings, now.siblings))
    breaking(`was told apart by ${before.switch ?? "nothing"} and is by ${after.switch ?? "nothing"}`);
  const [was, is] = [numbersOf(versions, "old", old), numbersOf(versions, "new", now)];
  for (const number of was) if (!is.includes(number)) breaking(`is not meant by ${number} any more`);
  const known = listOf(versions.old, switchOf(old))?.values.map(({ value }) => value);
  // A number that is new in the list is reported there.
  for (const number of is)
    if (!was.includes(number) && (known?.includes(Number(number)) ?? true)) breaking(`is meant by ${number} now`);
}

/** Whether a new member is meant only by values that exist with a new feature only. */
export function isMeantOnlyWithNew(versions: Versions, member: Member): boolean {
  const { when = [] } = member.field.union ?? {};
  const values = listOf(versions.new, switchOf(member))?.values ?? [];
  const gates = when.map((name) => values.find((value) => value.name === name)?.if);
  return gates.length > 0 && gates.every((gate) => isOnlyWithNew(versions, gate));
}

function isSameSwitch(old: Union, now: Union, before: readonly Field[], after: readonly Field[]): boolean {
  if (old.switch === now.switch) return true;
  const isIn = (fields: readonly Field[], wanted: string | undefined): boolean =>
    fields.some(({ name }) => name === wanted);
  const isKnown = isIn(before, old.switch) && isIn(after, now.switch);
  return isKnown && !isIn(after, old.switch) && !isIn(before, now.switch);
}

function switchOf({ field, siblings }: Member): string | undefined {
  const type = siblings.find(({ name }) => name === field.union?.switch)?.type;
  return type?.kind === "integer" ? type.names : undefined;
}

/** The values that mean a member; their names where the list is not at hand. */
function numbersOf(versions: Versions, version: "old" | "new", member: Member): readonly string[] {
  const values = listOf(versions[version], switchOf(member))?.values ?? [];
  return (member.field.union?.when ?? []).map((name) => {
    const value = values.find((candidate) => candidate.name === name)?.value;
    return value === undefined ? name : String(value);
  });
}
