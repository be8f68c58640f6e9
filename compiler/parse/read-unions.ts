import type { Report } from "../diagnostics/collector.js";
import type { ExpressionSyntax } from "./expression-syntax.js";
import type { Entry, MapNode } from "./node.js";
import { optional } from "./optional.js";
import { readFields } from "./read-fields.js";
import { expressions, located, longForm, mapAt, readList } from "./read-values.js";
import type { FieldSyntax, UnionSyntax } from "./syntax.js";

/**
 * The members of a union: fields that lie at one place. The union itself has no name in the language, and each member has the
 * `if` of the union beside its own.
 */
export function readUnion(
  entry: Entry,
  report: Report,
  readField: (entry: Entry, report: Report) => FieldSyntax,
): readonly FieldSyntax[] {
  const map = entry.value as MapNode;
  const gate = expressions(map, { if: "if" }, report).if;
  return [...mapAt(map, "kinds").entries.values()].map((member, i) => {
    const inline = inlineFields(member, report);
    const field = readField(inline ? withType(member) : member, report);
    return {
      ...field,
      keys: new Map([...field.keys].filter(([key]) => !unionKeys.has(key))),
      ...optional("if", bothOf(gate, field.if)),
      ...optional("inline", inline),
      union: { ...unionOf(entry, i === 0), ...whenOf(member) },
    };
  });
}

function bothOf(a: ExpressionSyntax | undefined, b: ExpressionSyntax | undefined): ExpressionSyntax | undefined {
  return a && b ? { kind: "binary", operator: "&", left: a, right: b } : (a ?? b);
}

const unionKeys: ReadonlySet<string> = new Set(["fields", "when"]);

function unionOf({ key, value }: Entry, first: boolean): Omit<UnionSyntax, "when"> {
  const map = value as MapNode;
  return {
    name: String(key.value),
    at: key.span,
    first,
    ...optional("size", located<number>(map, "size")),
    ...optional("switch", located<string>(map, "switch")),
  };
}

/** Without `when`, the member's own name in upper case chooses it. */
function whenOf({ key, value }: Entry): Pick<UnionSyntax, "when"> {
  const map = longForm({ key, value }, "type");
  const given = readList(map, "when");
  return { when: given.length > 0 ? given : [{ value: String(key.value).toUpperCase(), at: key.span }] };
}

function inlineFields({ value }: Entry, report: Report): FieldSyntax["inline"] {
  return value.kind === "map" && value.entries.has("fields") ? readFields(value, "fields", report) : undefined;
}

/** A member with fields, as one whose type is the struct that they will become. */
function withType(member: Entry): Entry {
  const map = member.value as MapNode;
  const { key } = map.entries.get("fields") as Entry;
  const type = { key, value: { kind: "scalar" as const, span: key.span, value: "inline" } };
  return { key: member.key, value: { ...map, entries: new Map([...map.entries, ["type", type]]) } };
}
