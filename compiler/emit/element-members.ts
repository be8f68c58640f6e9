import type { ArrayType, Field, IntegerType, Type } from "../model/model.js";
import { setterName } from "../model/view-names.js";
import type { Parameter } from "./declaration.js";
import type { Emission } from "./emission.js";
import { fieldDoc } from "./field-doc.js";
import { programType, readInteger, writeInteger } from "./integer-code.js";
import { type Place, times, type ViewMember } from "./view-member.js";

/** One value of an array, or of an array of arrays: a number or a text, reached by its indices. */
interface Element {
  readonly type: string;
  /** What may be written there. */
  readonly takes: string;
  readonly read: (at: string) => string;
  readonly write: (at: string) => string;
}

/** Values of a fixed array, one at a time: nothing is allocated for integers. */
export function elementMembers(
  emission: Emission,
  field: Field & { readonly type: ArrayType },
  offset: number,
  place: Place,
): readonly ViewMember[] {
  const { dimensions, innermost } = dimensionsOf(field.type);
  const element = elementOf(emission, innermost, `${place.scratch}.view`);
  const indices = indexNames(dimensions.length).map((name): Parameter => ({ name, type: "number" }));
  const steps = dimensions.map(({ count, stride }, i) => step(emission, indices[i]?.name as string, count, stride));
  const sum = [place.at(offset), ...steps].join(" + ");
  const [before, at] = steps.length === 1 ? ["", sum] : [`const at = ${sum};\n`, "at"];
  const doc = fieldDoc(emission, field, elementDoc(dimensions));
  const get = {
    doc,
    name: field.ts,
    parameters: indices,
    returns: element.type,
    body: `${before}return ${element.read(at)};`,
  };
  if (!place.writable) return [{ form: "method", ...get }];
  const set = {
    doc,
    name: setterName(field.ts),
    parameters: [...indices, { name: "value", type: element.takes }],
    returns: "void",
    body: `${before}${element.write(at)};`,
  };
  return [
    { form: "method", ...get },
    { form: "method", ...set },
  ];
}

interface Dimension {
  readonly count: number;
  readonly stride: number;
}

/** What is indexed, from the outside in. Text is one value, not an array of characters. */
function dimensionsOf(type: ArrayType): { readonly dimensions: readonly Dimension[]; readonly innermost: Type } {
  const { element, stride, length } = type;
  if (element.kind === "char") return { dimensions: [], innermost: type };
  const own = { count: length.kind === "fixed" ? length.count : 0, stride };
  if (element.kind !== "array") return { dimensions: [own], innermost: element };
  const { dimensions, innermost } = dimensionsOf(element);
  return { dimensions: [own, ...dimensions], innermost };
}

function elementOf({ imports }: Emission, type: Type, view: string): Element {
  if (type.kind === "integer") return integerElement(type, view, imports);
  const bytes = type.kind === "array" && type.length.kind === "fixed" ? type.length.count : 0;
  return {
    type: "string",
    takes: "string | Uint8Array",
    read: (at) => `${imports.value("readText")}(${view}, ${at}, ${bytes})`,
    write: (at) => `${imports.value("writeText")}(${view}, ${at}, ${bytes}, value)`,
  };
}

function integerElement(integer: IntegerType, view: string, imports: Emission["imports"]): Element {
  const type = integer.width === 8 && integer.as !== "number" ? { ...integer, as: "bigint" as const } : integer;
  return {
    type: programType(type),
    takes: programType(type),
    read: (at) => readInteger(type, view, at, imports),
    write: (at) => writeInteger(type, view, at, "value", imports),
  };
}

function indexNames(dimensions: number): readonly string[] {
  if (dimensions === 1) return ["index"];
  return dimensions === 2 ? ["row", "column"] : ["i", "j", "k", "l"].slice(0, dimensions);
}

function step({ imports }: Emission, index: string, count: number, stride: number): string {
  return times(`${imports.value("checkIndex")}(${index}, ${count})`, stride);
}

function elementDoc(dimensions: readonly Dimension[]): string {
  const counts = dimensions.map(({ count }) => count);
  return dimensions.length === 1 ? `Element \`index\` of ${counts}.` : `One element of ${counts.join(" x ")}.`;
}
