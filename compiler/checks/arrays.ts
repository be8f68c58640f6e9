import type { Report } from "../diagnostics/collector.js";
import { workarounds } from "../diagnostics/workarounds.js";
import { isPayload, isVariable } from "../model/layout.js";
import type { FieldSyntax } from "../parse/syntax.js";
import { type ArraySyntax, innermost, type TypeSyntax } from "../parse/type-syntax.js";
import { allFields } from "./fields.js";
import type { Pass } from "./pass.js";
import { viewedStructs } from "./viewed-structs.js";

/** Arrays of arrays are such that a view can show them. */
export const checkArrays: Pass = (device, report) => {
  const inStruct = new Set([...device.structs.values()].flatMap(({ fields: own }) => [...own.values()]));
  const fields = [...viewedStructs(device)].flatMap((struct) => [...struct.fields.values()]);
  const inParts = [...allFields(device)].filter(({ place }) => place !== "config").map(({ field }) => field);
  for (const field of new Set([...fields, ...inParts.filter((one) => isVariable(device, one) || !inStruct.has(one))])) {
    if (field.type.kind === "array" && isVariable(device, field)) checkElement(field.type, report);
    else checkRows(field, report);
  }
};

/** Of fixed length: of what there is one view that moves, there are no rows. */
function checkRows({ type }: FieldSyntax, report: Report): void {
  const isRows = type.kind === "array" && type.element.kind === "array";
  if (!isRows || innermost(type).kind !== "struct") return;
  report("Y008", type.at, { construct: "an array of arrays of structs" }, { help: workarounds.rowsOfStructs });
}

/** Of a length that the driver chooses: structs, integers, or rows of integers. */
function checkElement({ element, at }: ArraySyntax, report: Report): void {
  if (isPayload(element) || element.kind !== "array" || element.element.kind === "integer") return;
  const [elements, help] = inWords(element.element);
  report("Y008", at, { construct: `an array of driver-chosen length, of ${elements},` }, { help });
}

/** What the rows are, and what to write instead. */
function inWords(element: TypeSyntax): readonly [elements: string, help: string] {
  if (element.kind === "char") return ["texts", workarounds.rowsOfTexts];
  if (element.kind === "array") return ["arrays of arrays", workarounds.rowsOfArrays];
  return ["arrays of structs", workarounds.rowsOfStructs];
}
