import type { ArrayType, Field } from "../model/model.js";
import { elementMembers } from "./element-members.js";
import type { Emission } from "./emission.js";
import { fieldDoc } from "./field-doc.js";
import { integerMembers } from "./integer-members.js";
import { identifier } from "./names-in-code.js";
import type { PartMember, Place, ViewMember } from "./view-member.js";

/** A field of fixed size as members of a view class. */
export function fieldMembers(emission: Emission, field: Field, offset: number, place: Place): readonly ViewMember[] {
  const { type } = field;
  switch (type.kind) {
    case "integer":
      return integerMembers(emission, { ...field, type }, offset, place);
    case "struct": {
      const view = identifier(emission.struct(type.struct).ts);
      return [
        {
          form: "part",
          name: field.ts,
          doc: fieldDoc(emission, field),
          type: place.writable ? view : `Readonly<${view}>`,
          hides: false,
          make: `new ${view}(${place.scratch}, ${place.base(offset)})`,
          offset,
        },
      ];
    }
    case "array":
      return arrayMembers(emission, { ...field, type }, offset, place);
    default:
      throw new Error(`field ${field.name} of type ${type.kind} is not supported yet`);
  }
}

function arrayMembers(
  emission: Emission,
  field: Field & { readonly type: ArrayType },
  offset: number,
  place: Place,
): readonly ViewMember[] {
  const { element, length } = field.type;
  if (length.kind !== "fixed") throw new Error(`array ${field.name} of variable length is not supported here`);
  if (element.kind === "char") return [textMember(emission, field, length.count, offset, place)];
  if (element.kind === "struct") return [structArray(emission, field, offset, place, length.count)];
  return elementMembers(emission, field, offset, place);
}

function textMember(emission: Emission, field: Field, bytes: number, offset: number, place: Place): ViewMember {
  const { imports } = emission;
  const where = `${place.scratch}.view, ${place.at(offset)}, ${bytes}`;
  const code = (value: string): string => `${imports.value("writeText")}(${where}, ${value});`;
  const size = `At most ${bytes} bytes, padded with NUL; reading it makes a new string.`;
  return {
    form: "value",
    name: field.ts,
    doc: fieldDoc(emission, field, size),
    type: "string",
    get: `${imports.value("readText")}(${where})`,
    ...(place.writable ? { set: { type: "string | Uint8Array", code } } : {}),
  };
}

/** An array of structs: of fixed length, or, where `count` is absent, as long as the request says. */
export function structArray(
  emission: Emission,
  field: Field & { readonly type: ArrayType },
  offset: number,
  place: Place,
  count?: number | string,
  doc?: string,
): PartMember {
  const { element, stride } = field.type;
  if (element.kind !== "struct") throw new Error(`array ${field.name} has other elements`);
  const { imports } = emission;
  const view = identifier(emission.struct(element.struct).ts);
  const classType = `${imports.value("StructArray")}<${view}>`;
  const isResizable = place.writable && count === undefined;
  const list = isResizable ? "" : `${imports.type("StructList")}<${place.writable ? view : `Readonly<${view}>`}>`;
  const length = count === undefined ? "" : `, ${count}`;
  return {
    form: "part",
    name: field.ts,
    doc: fieldDoc(emission, field, doc),
    type: isResizable ? classType : list,
    hides: !isResizable,
    make: `new StructArray(${view}, ${place.scratch}, ${place.base(offset)}, ${stride}${length})`,
    offset,
  };
}
