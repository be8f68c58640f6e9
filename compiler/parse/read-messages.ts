import type { Report } from "../diagnostics/collector.js";
import { isProblem, parseExpression } from "./expression-parser.js";
import type { Entry, MapNode } from "./node.js";
import { optional } from "./optional.js";
import { readFields } from "./read-fields.js";
import { expressions, located, locateIn, mapAt, readItem, readItems, scalar } from "./read-values.js";
import type { KindSyntax, MessageSyntax, PartSyntax, RefusalSyntax, StatusSyntax } from "./syntax.js";
import { reportProblem } from "./type-parser.js";

/** Reads one message. */
export function readMessage(entry: Entry, report: Report): MessageSyntax {
  const map = entry.value as MapNode;
  return {
    ...readItem(entry),
    ...optional("prefix", scalar<string>(map, "prefix")),
    ...optional("switch", located<string>(map, "switch")),
    ...optional("status", readStatus(map)),
    ...readParts(map, report),
    kinds: readItems(mapAt(map, "kinds"), (kind) => readKind(kind, report)),
    keys: new Map([...map.entries].map(([key, { key: node }]) => [key, node.span])),
  };
}

function readParts(map: MapNode, report: Report): { toDevice: PartSyntax; toDriver: PartSyntax } {
  const part = (key: string): PartSyntax => [...readFields(map, key, report).values()];
  return { toDevice: part("to-device"), toDriver: part("to-driver") };
}

function readStatus(message: MapNode): StatusSyntax | undefined {
  const map = mapAt(message, "status");
  const [field, ok, error] = [located<string>(map, "field"), located<string>(map, "ok"), located<string>(map, "error")];
  if (!field || !ok || !error) return undefined;
  return {
    at: map.span,
    field,
    ok,
    error,
    ...optional("unsupported", located<string>(map, "unsupported")),
    ...optional("malformed", located<string>(map, "malformed")),
  };
}

function readKind(entry: Entry, report: Report): KindSyntax {
  const map = entry.value as MapNode;
  return {
    ...readItem(entry),
    ...optional("value", located<number>(map, "value")),
    ...expressions(map, { if: "if" }, report),
    ...optional("ok", located<string>(map, "ok")),
    failsIf: [...mapAt(map, "fails-if").entries.values()].flatMap((refusal) => readRefusal(refusal, report)),
    ...readParts(map, report),
  };
}

function readRefusal({ key, value }: Entry, report: Report): RefusalSyntax[] {
  const when = parseExpression(String(key.value), locateIn(key));
  if (!isProblem(when))
    return [{ when, at: key.span, status: { value: String((value as { value?: unknown }).value), at: value.span } }];
  reportProblem(when, report);
  return [];
}
