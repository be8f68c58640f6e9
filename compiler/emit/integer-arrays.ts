import type { ArrayType, Field, IntegerType } from "../model/model.js";
import type { Emission } from "./emission.js";
import { fieldDoc } from "./field-doc.js";
import { programType } from "./integer-code.js";
import { integerType } from "./plain-type.js";
import type { PartMember, Place } from "./view-member.js";

/** An array of integers, or of arrays of integers, as long as the request says: a view like that of an array of structs. */
export function integerArray(
  emission: Emission,
  field: Field & { readonly type: ArrayType },
  offset: number,
  place: Place,
  doc?: string,
  length?: string,
): PartMember {
  const { integer, columns } = contentOf(field);
  const element = integerType(emission, integer, place.writable ? "device" : "driver");
  const generic = element === "number" ? "" : `<${element}>`;
  const whole = `${emission.imports.value(columns === undefined ? "IntegerArray" : "IntegerRows")}${generic}`;
  const readonly = columns === undefined ? "IntegerList" : "IntegerRowList";
  const more = (columns === undefined ? "" : `, ${columns}`) + (length === undefined ? "" : `, ${length}`);
  return {
    form: "part",
    name: field.ts,
    doc: fieldDoc(emission, field, doc),
    type: place.writable ? whole : `${emission.imports.type(readonly)}${generic}`,
    hides: !place.writable,
    make: `new ${whole}(${place.scratch}, ${place.base(offset)}, ${format(integer)}${more})`,
    offset,
  };
}

const BYTE: IntegerType = { kind: "integer", width: 1, signed: false, bigEndian: false, as: "number", bits: [] };

function contentOf({ name, type }: Field & { readonly type: ArrayType }): { integer: IntegerType; columns?: number } {
  const { element } = type;
  if (element.kind === "integer") return { integer: element };
  if (element.kind === "char") return { integer: BYTE };
  const isRow = element.kind === "array" && element.element.kind === "integer" && element.length.kind === "fixed";
  if (!isRow) throw new Error(`array ${name} has elements that are neither structs nor integers`);
  return { integer: element.element as IntegerType, columns: (element.length as { count: number }).count };
}

/** How the runtime finds an integer: what is not said is no. */
function format(type: IntegerType): string {
  const flags = [
    ...(type.signed ? ["signed"] : []),
    ...(type.bigEndian ? ["bigEndian"] : []),
    ...(programType(type) === "bigint" ? ["bigint"] : []),
  ];
  return `{ ${[`width: ${type.width}`, ...flags.map((flag) => `${flag}: true`)].join(", ")} }`;
}
