import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SourceText } from "../../compiler/diagnostics/source-text.js";
import { diffDefinitions } from "../../compiler/diff/diff.js";
import { Places } from "../../compiler/diff/places.js";
import { compileDefinition } from "../../compiler/front.js";
import type { DeviceModel, Part } from "../../compiler/model/model.js";

/**
 * Changes everything that a model says, one thing at a time, and asks that the comparison speaks of it. What a new construct
 * adds to the model is changed as well, so that a comparison that does not know it fails here.
 */

/** Nothing that programs agree on: words, and the names and files of other definitions of the same. */
const documentation = ["source", "title", "doc", "spec", "units", "opaque", "experimental", "linux", "impliedWhen"];
/** What follows from the rest of the model, and never changes alone. */
const derived = [
  ...[
    "size",
    "headSize",
    "head",
    "tailSize",
    "largest",
    "absentAt",
    "absentSize",
    "blocks",
    "variable",
    "stride",
    "isOpen",
  ],
  ...["id", "value", "after"],
];
/** Derived names that say something of their own in these places. */
const own = [
  ...["id", "sharedMemory.*.id", "constants.*.value", "names.*.values.*.value", "structs.*.size"],
  ...["selectors.*.value", "union.size"],
  ...["administration.capabilities.*.id", "administration.resourceObjects.*.id", "administration.deviceParts.*.id"],
];
/** What may allow more than before, which is compatible. */
const limits = [
  "requires",
  "conflicts",
  "negotiation",
  "mandatory",
  "min",
  "max",
  "multipleOf",
  "powerOfTwo",
  "offerNeeds",
  "legacy",
];
/** Expressions that are numbers; the others are true or not. */
const amounts = ["index", "count", "bytes", "minSize", "min", "max"];

type Path = readonly (string | number)[];
type Node = Record<string | number, unknown>;

/** Paths of all that may be changed; of one kind of place only the first. */
function placesIn(model: DeviceModel): Path[] {
  const seen = new Set<string>();
  const walk = (node: unknown, path: Path): Path[] => {
    if (typeof node !== "object" || node === null) return [path];
    if (isReserved(node)) return [];
    if (isExpression(path, node)) return [path];
    const inner = Object.entries(node).flatMap(([key, value]) =>
      isSkipped([...path, key]) || isIdle(node, key)
        ? []
        : walk(value, [...path, Array.isArray(node) ? Number(key) : key]),
    );
    const isItem = typeof path.at(-1) === "number" && !path.includes("anchors");
    return isItem ? [path, ...inner] : inner;
  };
  return walk(model, []).filter((path) => {
    if (path.includes("anchors") && !isCountedFrom(model, path)) return false;
    const kind = kindOf(path);
    const isFirst = !seen.has(kind);
    seen.add(kind);
    return isFirst;
  });
}

/** Whether a field that means something is counted from an anchor. */
function isCountedFrom(model: DeviceModel, path: Path): boolean {
  const at = path.indexOf("anchors");
  const part = path
    .slice(0, at)
    .reduce<Node>((node, step) => node[step] as Node, model as unknown as Node) as unknown as Part;
  return part.fields.some((field) => !isReserved(field) && field.at.anchor === path[at + 1]);
}

/** Keys that say nothing beside others: an order of one byte, writes to what is read only, what every kind repeats. */
function isIdle(node: object, key: string): boolean {
  const { width, access, kinds = [] } = node as { width?: number; access?: string; kinds?: readonly unknown[] };
  return (
    (key === "bigEndian" && width === 1) ||
    (key === "from" && access === "ro") ||
    (key === "common" && kinds.length > 0)
  );
}

function isReserved(node: object): boolean {
  return (node as { type?: { kind: string } }).type?.kind === "reserved";
}

function isExpression(path: Path, node: object): boolean {
  return Array.isArray(node) && (isAmount(path) || typeof node[0] === "string") && !isNameList(path);
}

/** Lists of names look like expressions. */
function isNameList(path: Path): boolean {
  return path.at(-1) === "conflicts" || (path.at(-1) === "when" && path.includes("union"));
}

function isAmount(path: Path): boolean {
  return amounts.includes(String(path.at(-1)));
}

/** `messages.*.kinds.*.if`: a place without its numbers. */
function kindOf(path: Path): string {
  return path.map((key) => (typeof key === "number" || /^\d+$/.test(key) ? "*" : key)).join(".");
}

function isSkipped(path: Path): boolean {
  const key = String(path.at(-1));
  const kind = kindOf(path);
  if (documentation.includes(key)) return true;
  // The maximum of an array stands with its field, the first switch with its message; kinds repeat what is common.
  if (/length\.(max|kind)$|anchors\.\*\.if$|selectors\.\*\.(name|switch)$/.test(kind)) return true;
  return derived.includes(key) && !own.some((name) => kind === name || (name.includes(".") && kind.endsWith(name)));
}

/** The model with one thing changed: an item less, another number, the opposite of a condition. */
function changed(model: DeviceModel, path: Path): DeviceModel {
  const copy = structuredClone(model);
  const key = path.at(-1) as string | number;
  const holder = path.slice(0, -1).reduce<Node>((node, step) => node[step] as Node, copy as unknown as Node);
  const value = holder[key];
  if (Array.isArray(holder) && typeof value === "object" && !isExpression(path, value as object))
    holder.splice(Number(key), 1);
  else holder[key] = other(path, value);
  return copy;
}

function other(path: Path, value: unknown): unknown {
  const isLess = path.at(-1) === "max";
  if (typeof value === "number") return isLess ? value - 1 : value + 1;
  if (typeof value === "boolean") return !value;
  if (value === "start" || value === "end") return value === "start" ? "end" : "start";
  if (typeof value === "string" && !["if", "validIf", "when"].includes(String(path.at(-1)))) return `${value}X`;
  return isAmount(path) ? [isLess ? "-" : "+", value, 1] : ["!", value];
}

const names = readdirSync(new URL("../../definitions/", import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
  .map(({ name }) => name);

test.each(names)("nothing that %s says changes unseen", async (name) => {
  const file = new URL(`../../definitions/${name}/${name}.yaml`, import.meta.url);
  const source = new SourceText(name, readFileSync(file, "utf8"));
  const { model } = await compileDefinition(source);
  if (model === undefined) throw new Error(`${name} does not compile`);
  const places = new Places(source);
  const unseen = placesIn(model).filter((path) => {
    const { changes } = diffDefinitions([{ device: model, places }], [{ device: changed(model, path), places }]);
    const mayLoosen =
      /config\.fields\.\*\.from$/.test(kindOf(path)) || path.some((key) => limits.includes(String(key)));
    return !changes.some((change) => mayLoosen || change.class !== "compatible");
  });
  expect(unseen.map((path) => path.join("."))).toEqual([]);
});
