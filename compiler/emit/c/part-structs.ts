import type { Field, Kind, Message, Part, Struct } from "../../model/model.js";
import { fixedPrefix } from "./fixed-prefix.js";
import { ownFields } from "./own-fields.js";
import { onlyIf, said } from "./words.js";

/** A struct before its names are settled. */
export interface StructPlan {
  readonly key: string;
  /** Key of another struct whose names of members hold for this one, too. */
  readonly fallback?: string;
  readonly fields: readonly Field[];
  /** Where the fields that are anchored at the end of the part count from, in bytes from the start of this struct. */
  readonly start: number;
  readonly size: number;
  readonly doc: string | undefined;
  readonly isPart: boolean;
}

/**
 * The structs that a message's buffers begin and end with: what all kinds share, and the kinds that add something other than
 * bytes. `REPLY` is the device-writable part of a buffer that has both; what follows an array of any length is a `TAIL`.
 */
export function partsOf(structs: readonly Struct[], message: Message): StructPlan[] {
  const { common, kinds, name } = message;
  const suffix = hasToDevice(message) ? "_reply" : "";
  return [
    ...structsOf(structs, { key: name, part: common.toDevice, doc: said(message, READABLE) }),
    ...structsOf(structs, { key: name + suffix, part: common.toDriver, doc: said(message, WRITABLE) }),
    ...kinds.flatMap((kind) => kindStructs(structs, message, kind, suffix)),
  ];
}

const READABLE = "Device-readable part.";
const WRITABLE = "Device-writable part.";

function hasToDevice({ common, kinds }: Message): boolean {
  return [common, ...kinds.map(({ shape }) => shape)].some(({ toDevice }) => toDevice.fields.length > 0);
}

function kindStructs(structs: readonly Struct[], { common, name }: Message, kind: Kind, suffix: string): StructPlan[] {
  const key = kind.name.toLowerCase();
  const doc = (which: string): string | undefined => said(kind, onlyIf(kind.if, "negotiated"), which);
  const { toDevice, toDriver } = kind.shape;
  return [
    ...(addsStructure(common.toDevice, toDevice)
      ? structsOf(structs, { key, fallback: name, common: common.toDevice, part: toDevice, doc: doc(READABLE) })
      : []),
    ...(addsStructure(common.toDriver, toDriver)
      ? structsOf(structs, {
          key: key + suffix,
          fallback: name + suffix,
          common: common.toDriver,
          part: toDriver,
          doc: doc(WRITABLE),
        })
      : []),
  ];
}

/** Bytes that follow what all kinds share need no struct. */
function addsStructure(common: Part, part: Part): boolean {
  return ownFields(common, part).some((field) => field !== part.variable || !isBytes(field));
}

function isBytes({ type }: Field): boolean {
  if (type.kind !== "array") return false;
  return type.element.kind === "char" || (type.element.kind === "integer" && type.element.width === 1);
}

interface PlannedPart extends Pick<StructPlan, "key" | "fallback" | "doc"> {
  readonly part: Part;
  /** What all kinds share, where this is a kind's part. */
  readonly common?: Part;
}

/** One struct, where everything has its place; a head and a tail, where something of any length lies between them. */
function structsOf(structs: readonly Struct[], { part, common, doc, ...plan }: PlannedPart): StructPlan[] {
  const { fields, headSize, tailSize, variable } = part;
  const [starts, tail] = ["start", "end"].map((from) => fields.filter(({ at }) => at.from === from)) as [
    Field[],
    Field[],
  ];
  const head = fixedPrefix(structs, starts, false);
  const isWhole = head.fields.length === starts.length && !(head.endsOpen && tail.length > 0);
  const isFixed = variable === undefined && isWhole && head.size === headSize;
  if (isFixed && (common !== undefined || headSize === 0 || tailSize === 0)) {
    const size = headSize + tailSize;
    return size === 0 ? [] : [{ ...plan, doc, fields, start: size, size, isPart: true }];
  }
  const tailPlan = { key: `${plan.key}_tail`, fields: tail, start: tailSize, size: tailSize, isPart: true };
  const addsTail = tail.some(({ name }) => !common?.fields.some((field) => field.name === name));
  const headDoc = [doc, head.rest].filter((text) => text !== undefined).join(" ");
  return [
    ...(head.size === 0
      ? []
      : [{ ...plan, doc: headDoc, fields: head.fields, start: 0, size: head.size, isPart: true }]),
    ...(addsTail ? [{ ...plan, doc, ...tailPlan }] : []),
  ];
}
