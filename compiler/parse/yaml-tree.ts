import { isAlias, isMap, isScalar, isSeq, type Pair, parseDocument, type Node as YamlNode } from "yaml";
import type { Report } from "../diagnostics/collector.js";
import type { Span } from "../diagnostics/diagnostic.js";
import type { SourceText } from "../diagnostics/source-text.js";
import { DEEPEST, MOST_MARKS, nestsTooDeep, structuralMarks } from "./nesting.js";
import type { Entry, ListNode, MapNode, Node, ScalarNode } from "./node.js";

/** Nodes of one definition; blk has 1,100. */
const MOST_NODES = 50_000;

/** Reads a text as YAML 1.2 without anchors, aliases, tags and directives. Undefined where that was not possible. */
export function parseYaml(source: SourceText, report: Report): Node | undefined {
  const start = { start: 0, end: 0 };
  const document = refuses(source, report) ? undefined : parseQuietly(source.text);
  if (typeof document === "string") report("Y001", start, { problem: document });
  else if (document) return new TreeBuilder(source, report).build(document);
  return undefined;
}

/** What has to be known before a YAML parser sees the text. */
function refuses(source: SourceText, report: Report): boolean {
  const start = { start: 0, end: 0 };
  if (nestsTooDeep(source.text)) report("Y011", start, { what: "levels of nesting", limit: DEEPEST });
  else if (structuralMarks(source.text) > MOST_MARKS)
    report("Y011", start, { what: "lines and marks", limit: MOST_MARKS });
  else return false;
  return true;
}

type Document = ReturnType<typeof parseDocument>;

/** The parser is written not to throw; where it does, its stack or a bug of its own is the reason, never ours to pass on. */
function parseQuietly(text: string): Document | string {
  try {
    // Its own check for repeated keys takes quadratic time, so the tree builder has one.
    return parseDocument(text, { stringKeys: true, uniqueKeys: false, prettyErrors: false, logLevel: "error" });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

class TreeBuilder {
  readonly #source: SourceText;
  readonly #report: Report;
  #nodes = 0;
  #failed = false;

  constructor(source: SourceText, report: Report) {
    this.#source = source;
    this.#report = report;
  }

  build(document: Document): Node | undefined {
    // The first mistake makes the parser see others that are none.
    const [error] = document.errors;
    if (error) return this.#yamlError(error.message, { start: error.pos[0], end: error.pos[1] });
    if (hasDirectives(document)) this.#forbid("directives", { start: 0, end: 1 });
    const contents = document.contents as YamlNode | null;
    const root = this.#node(contents, { start: 0, end: 0 }, 0);
    if (this.#nodes > MOST_NODES) this.#report("Y011", root.span, { what: "YAML nodes", limit: MOST_NODES });
    return this.#failed || this.#nodes > MOST_NODES ? undefined : root;
  }

  #yamlError(message: string, at: Span): undefined {
    const before = this.#source.text.slice(Math.max(0, at.start - 80), at.end);
    const help = /\{[^\n"]*:\s*\w+\[/.test(before)
      ? 'between braces, types with brackets need quotes: "u8[4]"'
      : undefined;
    this.#report("Y001", at, { problem: message }, { help });
  }

  #forbid(what: string, at: Span): void {
    this.#failed = true;
    this.#report("Y007", at, { what });
  }

  #node(node: YamlNode | null, nearby: Span, depth: number): Node {
    const span = node?.range ? { start: node.range[0], end: node.range[1] } : nearby;
    if (++this.#nodes > MOST_NODES || depth > DEEPEST) return { kind: "scalar", span, value: null };
    if (isAlias(node)) this.#forbid("anchors and aliases", span);
    else if (node?.anchor !== undefined) this.#forbid("anchors and aliases", span);
    else if (node?.tag !== undefined) this.#forbid("tags", span);
    if (isMap(node)) return this.#map(node.items as Pair<YamlNode, YamlNode | null>[], span, depth);
    if (isSeq(node)) return this.#list(node.items as YamlNode[], span, depth);
    return this.#scalar(node, span);
  }

  #list(items: readonly YamlNode[], span: Span, depth: number): ListNode {
    return { kind: "list", span, items: items.map((item) => this.#node(item, span, depth + 1)) };
  }

  #map(items: readonly Pair<YamlNode, YamlNode | null>[], span: Span, depth: number): MapNode {
    const entries = new Map<string, Entry>();
    for (const item of items) {
      if (this.#nodes > MOST_NODES) break;
      const key = this.#key(item.key, span);
      const first = entries.get(String(key.value));
      if (first) this.#repeated(key, first.key);
      else entries.set(String(key.value), { key, value: this.#node(item.value, key.span, depth + 1) });
    }
    return { kind: "map", span, entries };
  }

  #key(node: YamlNode, nearby: Span): ScalarNode {
    const key = this.#node(node, nearby, DEEPEST);
    if (key.kind !== "scalar") return { kind: "scalar", span: key.span, value: "" };
    const plain = isScalar(node) && node.type === "PLAIN";
    if (plain && /^(?:y|n|yes|no|on|off|true|false|null|~)$/i.test(String(key.value))) {
      this.#report("Y005", key.span, { key: String(key.value) });
    }
    return key;
  }

  #repeated(key: ScalarNode, first: ScalarNode): void {
    this.#failed = true;
    const { line } = this.#source.locate(first.span);
    this.#report("Y002", key.span, { key: String(key.value), line });
  }

  #scalar(node: YamlNode | null, span: Span): ScalarNode {
    const value = isScalar(node) ? node.value : null;
    if (typeof value === "number") return { kind: "scalar", span, value: this.#number(value, span) };
    if (typeof value !== "string") return { kind: "scalar", span, value: typeof value === "boolean" ? value : null };
    const quoted = isScalar(node) && node.type?.startsWith("QUOTE") ? 1 : 0;
    const textStart = span.start + quoted;
    const verbatim = this.#source.text.startsWith(value, textStart);
    return { kind: "scalar", span, value, ...(verbatim ? { textStart } : {}) };
  }

  #number(value: number, span: Span): number {
    if (Number.isSafeInteger(value) || (!Number.isInteger(value) && Math.abs(value) < 1e15)) return value;
    this.#failed = true;
    this.#report("Y010", span, { text: this.#source.text.slice(span.start, Math.min(span.end, span.start + 40)) });
    return 0;
  }
}

/** `%YAML 1.1` would give other meanings to the same text. */
function hasDirectives(document: Document): boolean {
  const { directives, warnings } = document;
  const declared = directives?.yaml.explicit || Object.keys(directives?.tags ?? {}).length > 1;
  return declared || warnings.some(({ code }) => code === "BAD_DIRECTIVE");
}
