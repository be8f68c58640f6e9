import { commentLines, LINE_WIDTH } from "./doc-comment.js";
import { key } from "./names-in-code.js";

/** Something in brackets, or code: an object or array, as a value or as a type. */
export type Node = string | Brackets;

export interface Brackets {
  readonly brackets: "{}" | "[]";
  readonly separator: "," | ";";
  readonly entries: readonly Entry[];
}

export interface Entry {
  /** Finished key, with its `readonly` and `?`; absent in arrays. */
  readonly key?: string;
  readonly node: Node;
  readonly doc?: string | undefined;
}

/**
 * Prints brackets on one line where they fit, else an entry a line.
 *
 * @param before columns that are taken in front of the node
 * @param after columns that are taken behind it
 */
export function print(node: Node, before: number, after = 1, indent = 0): string {
  if (typeof node === "string") return node;
  const short = onOneLine(node);
  if (short !== undefined && before + short.length + after <= LINE_WIDTH) return short;
  const [open, close] = node.brackets;
  const inner = " ".repeat(indent + 2);
  const lines = node.entries.flatMap((entry) => entryLines(entry, node.separator, indent + 2));
  return [open, ...lines.map((line) => inner + line), " ".repeat(indent) + close].join("\n");
}

function entryLines(entry: Entry, separator: string, indent: number): string[] {
  const lead = entry.key === undefined ? "" : `${entry.key}: `;
  const code = lead + print(entry.node, indent + lead.length, 1, indent) + separator;
  return [...commentLines(entry.doc), code];
}

function onOneLine(node: Node): string | undefined {
  if (typeof node === "string") return node;
  const parts: string[] = [];
  for (const entry of node.entries) {
    const code = onOneLine(entry.node);
    if (code === undefined || entry.doc !== undefined) return undefined;
    parts.push(entry.key === undefined ? code : `${entry.key}: ${code}`);
  }
  const [open, close] = node.brackets;
  if (parts.length === 0) return node.brackets;
  if (node.brackets === "[]" && parts.length > 1 && node.entries.some(isObject)) return undefined;
  const list = parts.join(`${node.separator} `);
  return node.brackets === "[]" ? `${open}${list}${close}` : `${open} ${list} ${close}`;
}

/** Lists of objects read better with one a line. */
function isObject({ node }: Entry): boolean {
  return typeof node === "object" && node.brackets === "{}";
}

/** Parts of an intersection, with a line each where they do not fit on one. */
export function intersection(parts: readonly string[], before: string): string {
  const short = parts.join(" & ");
  return before.length + short.length + 1 <= LINE_WIDTH ? short : parts.join(" &\n  ");
}

/** Data as an object literal; entries that are undefined are left out. */
export function valueNode(value: unknown): Node {
  if (Array.isArray(value)) {
    return { brackets: "[]", separator: ",", entries: value.map((item) => ({ node: valueNode(item) })) };
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return {
    brackets: "{}",
    separator: ",",
    entries: entries.map(([name, item]) => ({ key: key(name), node: valueNode(item) })),
  };
}

/** An object type; `object` where it has no members. */
export function typeNode(entries: readonly Entry[]): Node {
  return entries.length === 0 ? "object" : { brackets: "{}", separator: ";", entries };
}
