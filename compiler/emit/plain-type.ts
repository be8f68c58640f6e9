import { fieldsTypeName } from "../model/generated-names.js";
import type { ArrayType, Field, IntegerType, Type } from "../model/model.js";
import type { Emission } from "./emission.js";
import { programType } from "./integer-code.js";
import { identifier } from "./names-in-code.js";

/** Whether a value is ours to choose, so that it has one of the listed names, or can be anything that a driver writes. */
export type Chooser = "device" | "driver";

/** The TypeScript type of a value that has nothing to do with a buffer: in configuration, tests and tools. */
export function plainType(emission: Emission, type: Type, chooser: Chooser): string {
  switch (type.kind) {
    case "integer":
      return integerType(emission, type, chooser);
    case "struct":
      return fieldsType(emission, type.struct);
    case "array":
      return arrayType(emission, type, chooser);
    case "char":
      return "string";
    case "reserved":
      return "never";
  }
}

/** Plain values of a struct: `BlkGeometryFields`. */
export function fieldsType(emission: Emission, struct: string): string {
  return identifier(fieldsTypeName(emission.struct(struct).ts));
}

export function integerType(emission: Emission, type: IntegerType, chooser: Chooser): string {
  const isNamed = type.names !== undefined && type.as === "number" && chooser === "device";
  return isNamed ? identifier(emission.nameList(type.names as string).ts) : programType(type);
}

/** Bytes and text have types of their own. */
function arrayType(emission: Emission, { element, length }: ArrayType, chooser: Chooser): string {
  if (element.kind === "char") return length.kind === "counted" ? "Uint8Array" : "string";
  return isByte(element) ? "Uint8Array" : `${plainType(emission, element, chooser)}[]`;
}

export function isByte(type: Type): boolean {
  return type.kind === "integer" && type.width === 1 && !type.signed;
}

/** Fields that a program sees. */
export function visible<T extends Field>(fields: readonly T[]): readonly T[] {
  return fields.filter(({ type }) => type.kind !== "reserved" && !isReservedArray(type));
}

function isReservedArray(type: Type): boolean {
  return type.kind === "array" && type.element.kind === "reserved";
}
