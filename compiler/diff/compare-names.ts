import { administeredStructs } from "../model/administration.js";
import type { DeviceModel, Field, NamedValue, NameList, Part } from "../model/model.js";
import { innermost } from "../model/types.js";
import { compareGate } from "./compare-gate.js";
import type { ItemPaths, Versions } from "./versions.js";
import { isOnlyWithNew } from "./worlds.js";

/** Lists of names. */
export function compareNames(versions: Versions): void {
  for (const old of versions.old.names) {
    const here = versions.new.names.find(({ name }) => name === old.name);
    if (here !== undefined) compareList(versions, old, here);
    else gone(versions, old);
  }
}

function gone(versions: Versions, { name }: NameList): void {
  const paths = { old: [["names", name]], new: [["names"]] };
  const kind = readersOf(versions.old, name).size > 0 ? "warning" : "source";
  versions.report(kind, `names ${name}: the list is gone; its values are not compared`, paths);
}

function compareList(versions: Versions, old: NameList, here: NameList): void {
  const path = ["names", old.name];
  for (const key of ["ts", "prefix", "c"] as const) {
    if (old[key] === here[key]) continue;
    versions.report(
      "source",
      `names ${old.name}: ${key} was ${old[key] ?? "none"} and is ${here[key] ?? "none"}`,
      path,
    );
  }
  for (const value of old.values) compareValue(versions, value, here);
  for (const value of here.values) {
    const isKnown = old.values.some((before) => before.name === value.name || before.value === value.value);
    if (!isKnown) added(versions, here, value);
  }
}

function compareValue(versions: Versions, old: NamedValue, list: NameList): void {
  const here = list.values.find(({ name }) => name === old.name);
  const same = list.values.find(({ value }) => value === old.value);
  const path = (name: string | undefined): string[] => ["names", list.name, "values", ...(name ? [name] : [])];
  const paths: ItemPaths = { old: [path(old.name)], new: [path((here ?? same)?.name)] };
  const what = `names ${list.name}: ${old.name}`;
  if (here === undefined && same === undefined) versions.report("breaking", `${what} is gone`, paths);
  else if (here === undefined) versions.report("source", `${what} is called ${same?.name}`, paths);
  else if (here.value !== old.value)
    versions.report("breaking", `${what} was ${old.value} and is ${here.value}`, paths);
  else if (here.ts !== old.ts)
    versions.report("source", `${what} was ${old.ts} in TypeScript and is ${here.ts}`, paths);
  const now = here ?? same;
  if (now !== undefined) compareGate(versions, [old.if, now.if], `${what} exists`, paths, "warning");
}

/** A value that the other side may not know. */
function added(versions: Versions, list: NameList, value: NamedValue): void {
  const readers = readersOf(versions.new, list.name);
  const isSafe = isOnlyWithNew(versions, value.if) || readers.size === 0;
  const who = [...readers].map((reader) => `old ${reader}s`).join(" and ");
  const why = isSafe ? "exists with a new feature only" : `${who} may not know it`;
  const path = ["names", list.name, "values"];
  const paths = { old: [path], new: [[...path, value.name]] };
  versions.report(isSafe ? "compatible" : "warning", `names ${list.name}: ${value.name} is new; ${why}`, paths);
}

/** Who reads fields that have their values from a list. */
function readersOf(device: DeviceModel, list: string): ReadonlySet<"driver" | "device"> {
  const readers = new Set<"driver" | "device">();
  const shapes = device.messages.flatMap(({ common, kinds }) => [common, ...kinds.map(({ shape }) => shape)]);
  const reads = (reader: "driver" | "device", fields: readonly Field[]): void => {
    if (mentions(device, list, fields)) readers.add(reader);
  };
  reads(
    "driver",
    device.config.fields.filter(({ access }) => access !== "w"),
  );
  reads(
    "device",
    device.config.fields.filter(({ access }) => access !== "ro"),
  );
  const fieldsOf = (part: (shape: (typeof shapes)[number]) => Part): Field[] =>
    shapes.flatMap((s) => [...part(s).fields]);
  reads(
    "driver",
    fieldsOf(({ toDriver }) => toDriver),
  );
  reads(
    "device",
    fieldsOf(({ toDevice }) => toDevice),
  );
  for (const { fields } of administeredStructs(device)) {
    reads("driver", fields);
    reads("device", fields);
  }
  if (device.messages.some(({ status }) => status?.names === list)) readers.add("driver");
  return readers;
}

function mentions(device: DeviceModel, list: string, fields: readonly Field[]): boolean {
  return fields.some(({ type }) => {
    const inner = innermost(type);
    if (inner.kind === "integer") return inner.names === list || inner.bits.some(({ names }) => names === list);
    if (inner.kind !== "struct") return false;
    return mentions(device, list, device.structs.find(({ name }) => name === inner.struct)?.fields ?? []);
  });
}
