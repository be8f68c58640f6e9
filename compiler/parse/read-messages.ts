import type { Report } from "../diagnostics/collector.js";
import { isProblem, parseExpression } from "./expression-parser.js";
import type { Entry, MapNode } from "./node.js";
import { optional } from "./optional.js";
import { readFields } from "./read-fields.js";
import { expressions, located, locateIn, mapAt, readItem, scalar } from "./read-values.js";
import type {
  Items,
  KindSyntax,
  MessageSyntax,
  OuterKindSyntax,
  PartSyntax,
  RefusalSyntax,
  SpansSyntax,
  StatusSyntax,
} from "./syntax.js";
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
    kinds: readKinds(map, [], report),
    ...expressions(map, { minSize: "min-size" }, report),
    ...optional("spans", readSpans(map, report)),
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
    ...optional("names", located<string>(map, "names")),
    ...optional("unsupported", located<string>(map, "unsupported")),
    ...optional("malformed", located<string>(map, "malformed")),
  };
}

/** What kinds inside of a kind have from it. */
interface Outer {
  readonly kind: KindSyntax;
  readonly switch?: OuterKindSyntax["switch"];
}

/** The kinds of a message. Those inside of another take its place, under the names of both. */
function readKinds(map: MapNode, outer: readonly Outer[], report: Report): Items<KindSyntax> {
  const kinds = new Map<string, KindSyntax>();
  for (const entry of mapAt(map, "kinds").entries.values()) {
    const own = readKind(entry, report);
    const kind = outer.reduceRight((inner, { kind: around, switch: by }) => inside(inner, around, by), own);
    const inner = entry.value as MapNode;
    const found = inner.entries.has("kinds")
      ? readKinds(inner, [...outer, { kind: own, ...optional("switch", located<string>(inner, "switch")) }], report)
      : new Map([[kind.name, kind]]);
    for (const [name, leaf] of found) {
      if (!kinds.has(name)) kinds.set(name, leaf);
      else report("N001", leaf.at, { name: leaf.name, other: name, ts: name, where: "the kinds" });
    }
  }
  return kinds;
}

/** A kind as it is inside of another: with its name before, its condition, its refusals, and its fields. */
function inside(kind: KindSyntax, outer: KindSyntax, by: OuterKindSyntax["switch"]): KindSyntax {
  const { name, at, doc, value, toDevice, toDriver, if: gate } = outer;
  const both = gate && kind.if ? ({ kind: "binary", operator: "&", left: gate, right: kind.if } as const) : undefined;
  return {
    ...kind,
    name: `${name}_${kind.name}`,
    ...optional("if", both ?? kind.if ?? gate),
    ...optional("ok", kind.ok ?? outer.ok),
    outer: [
      { name, at, toDevice, toDriver, ...optional("doc", doc), ...optional("value", value), ...optional("switch", by) },
      ...kind.outer,
    ],
    failsIf: [...outer.failsIf, ...kind.failsIf],
  };
}

function readKind(entry: Entry, report: Report): KindSyntax {
  const map = entry.value as MapNode;
  return {
    ...readItem(entry),
    ...optional("value", located<number>(map, "value")),
    outer: [],
    ...expressions(map, { if: "if" }, report),
    ...optional("ok", located<string>(map, "ok")),
    failsIf: [...mapAt(map, "fails-if").entries.values()].flatMap((refusal) => readRefusal(refusal, report)),
    ...readParts(map, report),
  };
}

function readSpans(message: MapNode, report: Report): SpansSyntax | undefined {
  const map = mapAt(message, "spans");
  const count = located<string>(map, "count");
  return count && { at: map.span, count, ...expressions(map, { if: "if" }, report) };
}

function readRefusal({ key, value }: Entry, report: Report): RefusalSyntax[] {
  const when = parseExpression(String(key.value), locateIn(key));
  if (!isProblem(when))
    return [{ when, at: key.span, status: { value: String((value as { value?: unknown }).value), at: value.span } }];
  reportProblem(when, report);
  return [];
}
