import type { Span } from "../diagnostics/diagnostic.js";

/** YAML as a tree that keeps spans and the order of keys, also of keys that look like integers. */
export type Node = MapNode | ListNode | ScalarNode;

export interface MapNode {
  readonly kind: "map";
  readonly span: Span;
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  readonly key: ScalarNode;
  readonly value: Node;
}

export interface ListNode {
  readonly kind: "list";
  readonly span: Span;
  readonly items: readonly Node[];
}

export interface ScalarNode {
  readonly kind: "scalar";
  readonly span: Span;
  readonly value: string | number | boolean | null;
  /** Where the text of the value starts in the file, if the file spells it as it is; absent for escapes and block text. */
  readonly textStart?: number;
}

/** A value together with where it stands. */
export interface Located<T> {
  readonly value: T;
  readonly at: Span;
}

/** What JSON would make of a tree; maps have no prototype, so that no key means anything to JavaScript. */
export function toJson(node: Node): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(toJson);
  const object: Record<string, unknown> = Object.create(null);
  for (const [key, { value }] of node.entries) object[key] = toJson(value);
  return object;
}
