import type { Report } from "../diagnostics/collector.js";
import type { Entry, MapNode, ScalarNode } from "./node.js";
import { optional } from "./optional.js";
import { readUnion } from "./read-unions.js";
import {
  expressions,
  located,
  locateIn,
  longForm,
  mapAt,
  readItem,
  readItems,
  readList,
  scalar,
} from "./read-values.js";
import type { BitsSyntax, FieldKey, FieldSyntax, Items } from "./syntax.js";
import { parseType } from "./type-parser.js";
import type { TypeSyntax } from "./type-syntax.js";

/** Stands for a type that could not be read; no model is made of it. */
const unreadable: TypeSyntax = { kind: "integer", spelling: "le64", width: 8, signed: false, bigEndian: false };

/** The fields under a key, in wire order. */
export function readFields(map: MapNode, key: string, report: Report): Items<FieldSyntax> {
  const fields = new Map<string, FieldSyntax>();
  for (const entry of mapAt(map, key).entries.values()) {
    for (const field of readEntry(entry, report)) {
      if (!fields.has(field.name)) fields.set(field.name, field);
      else reportTwice(field, report);
    }
  }
  return fields;
}

/** A field, or the members of a union. */
function readEntry(entry: Entry, report: Report): readonly FieldSyntax[] {
  const isUnion = entry.value.kind === "map" && entry.value.entries.has("kinds");
  return isUnion ? readUnion(entry, report, readField) : [readField(entry, report)];
}

function reportTwice({ name, at }: FieldSyntax, report: Report): void {
  report("N001", at, { name, other: name, ts: name, where: "these fields, with the members of unions," });
}

/** Reads one field. */
function readField(entry: Entry, report: Report): FieldSyntax {
  const map = longForm(entry, "type");
  const type = map.entries.get("type")?.value as ScalarNode;
  const spelling = String(type.value);
  return {
    ...readItem(entry),
    type: parseType(spelling, locateIn(type), report) ?? unreadable,
    spelling,
    typeAt: type.span,
    keys: new Map([...map.entries].map(([key, { key: node }]) => [key as FieldKey, node.span])),
    ...readBits(mapAt(map, "bits")),
    ...readPartKeys(map),
    ...readLimits(map, report),
    ...readConfigKeys(map, report),
  };
}

function readLimits(
  map: MapNode,
  report: Report,
): Pick<FieldSyntax, "powerOfTwo" | "unaligned"> & Partial<FieldSyntax> {
  return {
    ...expressions(map, { min: "min", max: "max" }, report),
    ...optional("units", scalar<string>(map, "units")),
    ...optional("multipleOf", scalar<number>(map, "multiple-of")),
    powerOfTwo: scalar<boolean>(map, "power-of-two") ?? false,
    unaligned: scalar<boolean>(map, "unaligned") ?? false,
  };
}

/** Keys of fields that requests hold. */
function readPartKeys(map: MapNode): Partial<FieldSyntax> {
  return {
    ...optional("size", located<number>(map, "size")),
    ...optional("stride", located<string>(map, "stride")),
    ...optional("copies", readCopies(map)),
    ...optional("guestAddress", readGuestAddress(map)),
    ...optional("opaque", scalar<string>(map, "opaque")),
  };
}

function readCopies(field: MapNode): FieldSyntax["copies"] {
  const node = field.entries.get("copies");
  if (!node) return undefined;
  const map = mapAt(field, "copies");
  const fields = [...map.entries.values()].map(({ key }) => ({
    field: { value: String(key.value), at: key.span },
    flags: readList(map, String(key.value)),
  }));
  return { at: node.key.span, ...optional("from", located<string>(field, "copies")), fields };
}

function readGuestAddress(field: MapNode): FieldSyntax["guestAddress"] {
  const node = field.entries.get("guest-address");
  const map = mapAt(field, "guest-address");
  const length = located<string | number>(map, "length");
  if (!node || !length) return undefined;
  return { at: node.key.span, length, ...optional("shift", scalar<number>(map, "shift")) };
}

function readConfigKeys(map: MapNode, report: Report): Partial<FieldSyntax> {
  return {
    ...expressions(map, { if: "if", validIf: "valid-if" }, report),
    ...optional("access", scalar(map, "access") as FieldSyntax["access"]),
    ...optional("from", scalar(map, "from") as FieldSyntax["from"]),
    ...optional("default", located<number>(map, "default")),
    ...optional("onReset", scalar(map, "on-reset") as FieldSyntax["onReset"]),
    ...optional("changes", scalar(map, "changes") as FieldSyntax["changes"]),
  };
}

function readBits(map: MapNode): Pick<FieldSyntax, "bits"> & Partial<FieldSyntax> {
  const entries = new Map([...map.entries].filter(([name]) => name !== "other"));
  const other = scalar(map, "other") as FieldSyntax["otherBits"];
  return { bits: readItems({ ...map, entries }, readBit), ...optional("otherBits", other) };
}

function readBit(entry: Entry): BitsSyntax {
  const map = longForm(entry, "at");
  const [low = 0, high = low] = String(scalar(map, "at")).split("-").map(Number);
  return { ...readItem(entry), low, high, ...optional("names", located<string>(map, "enum")) };
}
