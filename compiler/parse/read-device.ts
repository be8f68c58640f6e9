import type { Report } from "../diagnostics/collector.js";
import type { Entry, ListNode, Located, MapNode } from "./node.js";
import { optional } from "./optional.js";
import { readAdministration } from "./read-administration.js";
import { readFields } from "./read-fields.js";
import { readLinux } from "./read-linux.js";
import { readMessage } from "./read-messages.js";
import {
  expressions,
  located,
  longForm,
  mapAt,
  readDocs,
  readExpression,
  readItem,
  readItems,
  readList,
  scalar,
} from "./read-values.js";
import type * as Syntax from "./syntax.js";

/** Turns a tree that fits the schema into a definition; types and expressions that cannot be read are reported. */
export function readDevice(root: MapNode, report: Report): Syntax.DeviceSyntax {
  return {
    device: located<string>(root, "device") as Located<string>,
    ...optional("ts", located<string>(root, "ts")),
    id: located<number>(root, "id") as Located<number>,
    ...optional("status", located<string>(root, "status")),
    title: scalar<string>(root, "title") ?? "",
    ...readDocs(root),
    features: readItems(mapAt(root, "features"), (entry) => readFeature(entry, report)),
    negotiation: readRules(root, report),
    constants: readItems(mapAt(root, "constants"), readConstant),
    names: readItems(mapAt(root, "names"), (entry) => readNames(entry, report)),
    structs: readItems(mapAt(root, "structs"), (entry) => readStruct(entry, report)),
    ...optional("config", readConfig(root, report)),
    derived: readItems(mapAt(root, "derived"), (entry) => readDerived(entry, report)),
    sharedMemory: readItems(mapAt(root, "shared-memory"), (entry) => readSharedMemory(entry, report)),
    messages: readItems(mapAt(root, "messages"), (entry) => readMessage(entry, report)),
    queues: readItems(mapAt(root, "queues"), (entry) => readQueue(entry, report)),
    administration: readAdministration(root, report),
    ...optional("linux", readLinux(root)),
  };
}

function readFeature(entry: Entry, report: Report): Syntax.FeatureSyntax {
  const map = longForm(entry, "bit");
  return {
    ...readItem(entry),
    bit: located<number>(map, "bit") as Located<number>,
    ...expressions(
      map,
      { requires: "requires", offerNeeds: "offer-needs", recommends: "recommends", impliedWhen: "implied-when" },
      report,
    ),
    conflicts: readList(map, "conflicts"),
    mandatory: scalar<boolean>(map, "mandatory") ?? false,
    legacy: scalar<boolean>(map, "legacy") ?? false,
  };
}

function readRules(root: MapNode, report: Report): Syntax.RuleSyntax[] {
  const list = root.entries.get("negotiation")?.value as ListNode | undefined;
  return (list?.items ?? []).flatMap((item) => {
    const rule = readExpression(item, report);
    return rule ? [{ rule, at: item.span }] : [];
  });
}

function readConstant(entry: Entry): Syntax.ConstantSyntax {
  return { ...readItem(entry), value: scalar<number>(longForm(entry, "value"), "value") ?? 0 };
}

function readDerived(entry: Entry, report: Report): Syntax.DerivedSyntax {
  return { ...readItem(entry), ...expressions(longForm(entry, "value"), { value: "value" }, report) };
}

function readNames(entry: Entry, report: Report): Syntax.NamesSyntax {
  const map = entry.value as MapNode;
  return {
    ...readItem(entry),
    ...optional("prefix", scalar<string>(map, "prefix")),
    c: scalar<Syntax.NamesSyntax["c"]>(map, "c") ?? "number",
    values: readItems(mapAt(map, "values"), (value) => readNamedValue(value, report)),
  };
}

function readNamedValue(entry: Entry, report: Report): Syntax.NamedValueSyntax {
  const map = longForm(entry, "value");
  return {
    ...readItem(entry),
    value: located<number>(map, "value") as Located<number>,
    ...expressions(map, { if: "if" }, report),
    ...optional("aliasOf", located<string>(map, "alias-of")),
  };
}

function readStruct(entry: Entry, report: Report): Syntax.StructSyntax {
  const map = entry.value as MapNode;
  return {
    ...readItem(entry),
    ...optional("size", located<number>(map, "size")),
    fields: readFields(map, "fields", report),
  };
}

function readConfig(root: MapNode, report: Report): Syntax.ConfigSyntax | undefined {
  const entry = root.entries.get("config");
  if (!entry) return undefined;
  const map = entry.value as MapNode;
  const size = optional("size", located<number>(map, "size"));
  return { at: entry.key.span, ...readDocs(map), ...size, fields: readFields(map, "fields", report) };
}

function readSharedMemory(entry: Entry, report: Report): Syntax.SharedMemorySyntax {
  const map = longForm(entry, "id");
  return {
    ...readItem(entry),
    id: located<string | number>(map, "id") as Located<string | number>,
    ...expressions(map, { if: "if" }, report),
    isOptional: scalar<boolean>(map, "optional") ?? false,
  };
}

function readQueue(entry: Entry, report: Report): Syntax.QueueSyntax {
  const map = entry.value as MapNode;
  return {
    ...readItem(entry),
    ...expressions(map, { index: "index", count: "count", if: "if" }, report),
    carries: located<string>(map, "carries") as Located<string>,
    ...optional("whenEmpty", located(map, "when-empty") as Syntax.QueueSyntax["whenEmpty"]),
    isFixed: scalar(map, "numbering") === "fixed",
    held: scalar<boolean>(map, "held") ?? false,
    ordered: scalar<boolean>(map, "ordered") ?? false,
    ...optional("priority", scalar(map, "priority") as Syntax.QueueSyntax["priority"]),
    keys: new Map([...map.entries].map(([key, { key: node }]) => [key, node.span])),
  };
}
