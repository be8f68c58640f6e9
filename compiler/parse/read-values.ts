import type { Report } from "../diagnostics/collector.js";
import { isProblem, type Locate, parseExpression } from "./expression-parser.js";
import type { ExpressionSyntax } from "./expression-syntax.js";
import type { Entry, Located, MapNode, Node, ScalarNode } from "./node.js";
import { optional } from "./optional.js";
import type { ItemSyntax, Items } from "./syntax.js";
import { reportProblem } from "./type-parser.js";

/** The map under a key, or an empty one: the schema has made sure that it is nothing else. */
export function mapAt(map: MapNode, key: string): MapNode {
  const node = map.entries.get(key)?.value;
  return node?.kind === "map" ? node : { kind: "map", span: map.span, entries: new Map() };
}

export function located<T extends string | number>(map: MapNode, key: string): Located<T> | undefined {
  const node = map.entries.get(key)?.value;
  return node?.kind === "scalar" ? { value: node.value as T, at: node.span } : undefined;
}

/** A scalar under a key. */
export function scalar<T extends string | number | boolean>(map: MapNode, key: string): T | undefined {
  const node = map.entries.get(key)?.value;
  return node?.kind === "scalar" ? ((node.value as T | null) ?? undefined) : undefined;
}

/** How offsets in a scalar's text become places in the file: the whole scalar, where the file spells it otherwise. */
export function locateIn({ span, textStart }: ScalarNode): Locate {
  return textStart === undefined ? () => span : (start, end) => ({ start: textStart + start, end: textStart + end });
}

/** An expression, or undefined after a report. */
export function readExpression(node: Node | undefined, report: Report): ExpressionSyntax | undefined {
  if (node?.kind !== "scalar") return undefined;
  const parsed = parseExpression(String(node.value), locateIn(node));
  if (!isProblem(parsed)) return parsed;
  reportProblem(parsed, report);
  return undefined;
}

/** The expressions under some keys, those that are there and can be read. */
export function expressions<K extends string>(
  map: MapNode,
  keys: Record<K, string>,
  report: Report,
): { [P in K]?: ExpressionSyntax } {
  const found: { [P in K]?: ExpressionSyntax } = {};
  for (const name in keys) {
    const expression = readExpression(map.entries.get(keys[name])?.value, report);
    if (expression) found[name] = expression;
  }
  return found;
}

/** What every item says of itself. */
export function readItem({ key, value }: Entry): ItemSyntax {
  const map: MapNode = value.kind === "map" ? value : { kind: "map", span: value.span, entries: new Map() };
  return { name: String(key.value), at: key.span, ...readDocs(map), ...optional("ts", located<string>(map, "ts")) };
}

/** Documentation, in one line where the file folds it. */
export function readDocs(map: MapNode): { doc?: string; spec?: string } {
  const doc = scalar<string>(map, "doc")?.trim();
  return { ...optional("doc", doc || undefined), ...optional("spec", scalar<string>(map, "spec")) };
}

/** Reads the items of a map in order. */
export function readItems<T>(map: MapNode, read: (entry: Entry) => T): Items<T> {
  return new Map([...map.entries].map(([name, entry]) => [name, read(entry)]));
}

/** The value of an entry as a map: what is short for `key: value` is written out. */
export function longForm({ value }: Entry, key: string): MapNode {
  if (value.kind === "map") return value;
  const name: ScalarNode = { kind: "scalar", span: value.span, value: key };
  return { kind: "map", span: value.span, entries: new Map([[key, { key: name, value }]]) };
}

/** A name or a list of names. */
export function readList(map: MapNode, key: string): Located<string>[] {
  const node = map.entries.get(key)?.value;
  const items = node?.kind === "list" ? node.items : node ? [node] : [];
  return items.map((item) => ({ value: String((item as ScalarNode).value), at: item.span }));
}
