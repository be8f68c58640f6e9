import type { BitField, Field, IntegerType } from "../model/model.js";
import { bitName, hasName, isTwoWords, wordName } from "../model/view-names.js";
import { docText } from "./doc-comment.js";
import type { Emission } from "./emission.js";
import { fieldDoc } from "./field-doc.js";
import { readInteger, wordOf, writeInteger } from "./integer-code.js";
import { integerType } from "./plain-type.js";
import type { Place, ValueMember, ViewMember } from "./view-member.js";

/** An integer field as properties: itself, or its two words, and its named bits. */
export function integerMembers(
  emission: Emission,
  field: Field & { readonly type: IntegerType },
  offset: number,
  place: Place,
): readonly ViewMember[] {
  const { type } = field;
  const whole = isTwoWords(type)
    ? (["low", "high"] as const).map((half) => wordMember(emission, field, half, offset, place))
    : [wholeMember(emission, field, offset, place)];
  const has = type.as === "flags" && type.width === 8 ? [hasMember(emission, field, offset, place)] : [];
  return [...whole, ...has, ...type.bits.map((bit) => bitMember(emission, field, bit, offset, place))];
}

function wholeMember(
  emission: Emission,
  field: Field & { readonly type: IntegerType },
  offset: number,
  place: Place,
): ValueMember {
  const chooser = place.writable && !place.moves ? "device" : "driver";
  const programType = integerType(emission, field.type, chooser);
  const allocates = field.type.width === 8 && field.type.as === "opaque" ? "Copied, never interpreted." : undefined;
  const doc = fieldDoc(emission, field, allocates);
  const { imports } = emission;
  const [view, at] = [`${place.scratch}.view`, place.at(offset)];
  const read = readInteger(field.type, view, at, imports);
  const get = programType === "number" || programType === "bigint" ? read : `${read} as ${programType}`;
  const code = (value: string): string => `${writeInteger(field.type, view, at, value, imports)};`;
  return { form: "value", name: field.ts, doc, type: programType, get, ...settable(place, programType, code) };
}

function wordMember(
  emission: Emission,
  field: Field & { readonly type: IntegerType },
  half: "low" | "high",
  offset: number,
  place: Place,
): ValueMember {
  const word = wordOf(field.type, half);
  const [view, at] = [`${place.scratch}.view`, place.at(offset + word.offset)];
  const bits = half === "low" ? "Bits 0 to 31." : "Bits 32 to 63.";
  return {
    form: "value",
    name: wordName(field.ts, half),
    doc: fieldDoc(emission, field, bits),
    type: "number",
    get: readInteger(word.type, view, at, emission.imports),
    ...settable(place, "number", (value) => `${writeInteger(word.type, view, at, value, emission.imports)};`),
  };
}

/** Tells whether a bit of a 64-bit set is set. */
function hasMember(
  { imports }: Emission,
  field: Field & { readonly type: IntegerType },
  offset: number,
  place: Place,
): ViewMember {
  const order = field.type.bigEndian ? ", false" : "";
  return {
    form: "method",
    name: hasName(field.ts),
    doc: docText(`Whether a bit of \`${field.ts}\`, 0 to 63, is set.`),
    parameters: [{ name: "bit", type: "number" }],
    returns: "boolean",
    body: `return ${imports.value("hasBit64")}(${place.scratch}.view, ${place.at(offset)}, bit${order});`,
  };
}

function bitMember(
  emission: Emission,
  field: Field & { readonly type: IntegerType },
  bit: BitField,
  offset: number,
  place: Place,
): ValueMember {
  const { imports } = emission;
  const word = bitWord(field.type, bit);
  const [view, at] = [`${place.scratch}.view`, place.at(offset + word.offset)];
  const whole = readInteger(word.type, view, at, imports);
  const size = bit.high - bit.low + 1;
  const low = bit.low % 32;
  const mask = hex(2 ** size - 1);
  const isFlag = size === 1 && bit.names === undefined;
  const shifted = low === 0 ? whole : `(${whole} >>> ${low})`;
  const others = hex(((2 ** size - 1) * 2 ** low) ^ -1);
  const moved = (value: string): string =>
    isFlag
      ? `(${value} ? ${hex(2 ** low)} : 0)`
      : low === 0
        ? `(${value} & ${mask})`
        : `((${value} & ${mask}) << ${low})`;
  const type = isFlag ? "boolean" : "number";
  const names = bit.names === undefined ? undefined : `One of \`${emission.nameList(bit.names).ts}\`.`;
  return {
    form: "value",
    name: bitName(field.ts, bit.ts),
    doc: docText(bit.doc, names),
    type,
    get: isFlag ? `(${whole} & ${hex(2 ** low)}) !== 0` : size === 32 ? whole : `${shifted} & ${mask}`,
    ...settable(place, type, (value) =>
      [
        `const others = ${whole} & ${others};`,
        `${writeInteger(word.type, view, at, `others | ${moved(value)}`, imports)};`,
      ].join("\n"),
    ),
  };
}

/** The unsigned integer of at most 32 bits that holds some bits of a field. */
function bitWord(type: IntegerType, { name, low, high }: BitField): { type: IntegerType; offset: number } {
  if (type.width < 8) return { type: { ...type, signed: false }, offset: 0 };
  if (low < 32 && high > 31) throw new Error(`bits ${name} over the middle of 64 bits are not supported yet`);
  return wordOf(type, high < 32 ? "low" : "high");
}

/** 32 bits as an unsigned hexadecimal literal. */
function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}

function settable(place: Place, type: string, code: (value: string) => string): Pick<ValueMember, "set"> {
  return place.writable ? { set: { type, code } } : {};
}
