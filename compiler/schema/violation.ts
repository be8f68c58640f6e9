import type { ErrorObject } from "ajv/dist/2020.js";
import type { Report } from "../diagnostics/collector.js";
import type { Span } from "../diagnostics/diagnostic.js";
import { didYouMean } from "../diagnostics/did-you-mean.js";
import { keyWorkarounds } from "../diagnostics/workarounds.js";
import type { Entry, Node } from "../parse/node.js";
import { renamedKeys, unsupportedKeys } from "./unsupported.js";

/** Reports one violation of the schema at the node it is about. */
export function reportViolation(root: Node, error: ErrorObject, report: Report): void {
  const place = find(root, error.instancePath);
  if (error.keyword === "additionalProperties") unknownKey(place, error, report);
  else if (error.keyword === "required") {
    const at = place.key ?? firstKey(place.node);
    report("Y012", at, { key: String(error.params["missingProperty"]), where: place.where });
  } else if (error.propertyName !== undefined) {
    const at = keySpan(place.node, error.propertyName);
    report("Y013", at, { name: error.propertyName, expected: expected(error) });
  } else report("Y004", place.node.span, { what: place.name, expected: expected(error), found: found(place.node) });
}

interface Place {
  readonly node: Node;
  readonly key?: Span;
  /** Last step of the path. */
  readonly name: string;
  /** The whole path, for people. */
  readonly where: string;
}

/** Follows a JSON pointer. */
function find(root: Node, pointer: string): Place {
  let node = root;
  let key: Span | undefined;
  const steps = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  for (const step of steps) {
    const next: Entry | Node | undefined = node.kind === "map" ? node.entries.get(step) : undefined;
    key = next?.key.span ?? key;
    node = next?.value ?? (node.kind === "list" ? node.items[Number(step)] : undefined) ?? node;
  }
  return {
    node,
    ...(key ? { key } : {}),
    name: steps.at(-1) ?? "definition",
    where: steps.join(".") || "the definition",
  };
}

function unknownKey({ node, where }: Place, error: ErrorObject, report: Report): void {
  const key = String(error.params["additionalProperty"]);
  const at = keySpan(node, key);
  if (unsupportedKeys[partOf(error)]?.includes(key)) {
    return report("Y008", at, { construct: `\`${key}\` in ${where}` }, { help: keyWorkarounds[key] });
  }
  report("Y003", at, { key, where }, { help: unknownKeyHelp(key, knownKeys(error)) });
}

/** Which part of the schema a mapping is held against. */
function partOf({ parentSchema }: ErrorObject): string {
  return (parentSchema?.["$comment"] as string | undefined) ?? "definition";
}

function unknownKeyHelp(key: string, known: readonly string[]): string | undefined {
  if (Object.hasOwn(renamedKeys, key)) return renamedKeys[key];
  return key.includes(" ") ? "text with a comma in it needs quotes between braces" : didYouMean(key, known);
}

function knownKeys(error: ErrorObject): string[] {
  return Object.keys((error.parentSchema?.["properties"] as object | undefined) ?? {});
}

function keySpan(node: Node, key: string): Span {
  return (node.kind === "map" ? node.entries.get(key)?.key.span : undefined) ?? node.span;
}

function firstKey(node: Node): Span {
  const first = node.kind === "map" ? [...node.entries.values()][0] : undefined;
  return first?.key.span ?? { start: node.span.start, end: node.span.start + 1 };
}

/** What the schema asks for: its title, or what the keyword says. */
function expected({ keyword, params, parentSchema }: ErrorObject): string {
  const title = parentSchema?.["title"] as string | undefined;
  if (keyword === "maxLength") return `at most ${params["limit"]} characters long`;
  if (keyword === "minProperties") return "a mapping that is not empty";
  if (title !== undefined && keyword !== "type") return title;
  if (keyword === "type") return title ?? words([params["type"]].flat());
  if (keyword === "enum") return (params["allowedValues"] as string[]).join(" or ");
  if (keyword === "minimum") return `at least ${params["limit"]}`;
  return keyword === "maximum" ? `at most ${params["limit"]}` : "not empty";
}

const words = (types: readonly string[]): string => types.map((type) => word[type] ?? type).join(" or ");

const word: Readonly<Record<string, string>> = {
  object: "a mapping",
  array: "a list",
  string: "text",
  integer: "an integer",
  boolean: "true or false",
};

function found(node: Node): string {
  if (node.kind === "map") return "a mapping";
  if (node.kind === "list") return "a list";
  return typeof node.value === "string"
    ? `"${node.value.slice(0, 40)}"`
    : node.value === null
      ? "nothing"
      : String(node.value);
}
