import type { Field, IntegerType, Part, Shape } from "../model/model.js";
import type { Emission } from "./emission.js";
import { readInteger } from "./integer-code.js";
import type { Direction, MessageView } from "./message-view.js";
import { type Place, plus } from "./view-member.js";

/** An integer with the code of its place. */
export interface FoundInteger {
  readonly field: Field;
  readonly type: IntegerType;
  readonly place: Place;
  readonly at: string;
}

/** Code for the value at a path, of the given part or else of what the driver sent. */
export function readerOf(view: MessageView, shape: Shape, direction: Direction): (name: string) => string {
  return (name) => {
    for (const where of [direction, "toDevice"] as const) {
      const found = findInteger(view, shape[where], name, where);
      if (found) return codeOf(view, found);
    }
    throw new Error(`message ${view.message.name} has no integer ${name} that could be counted by`);
  };
}

/** An integer of a part by its path: `type`, or `hdr.type` where `hdr` is a struct. */
export function findInteger(
  view: MessageView,
  part: Part,
  path: string,
  direction: Direction,
): FoundInteger | undefined {
  for (const field of part.fields) {
    const inner = field.name === path ? { field, offset: 0 } : inside(view.emission, field, path);
    if (inner?.field.type.kind !== "integer") continue;
    const place = view.placeOf(part, field, direction);
    const at = place.at(view.offset(field, direction) + inner.offset);
    return { field: inner.field, type: inner.field.type, place, at };
  }
  return undefined;
}

function inside(
  emission: Emission,
  { name, type }: Field,
  path: string,
): { readonly field: Field; readonly offset: number } | undefined {
  if (type.kind !== "struct" || !path.startsWith(`${name}.`)) return undefined;
  const rest = path.slice(name.length + 1);
  for (const field of emission.struct(type.struct).fields) {
    const inner = field.name === rest ? { field, offset: 0 } : inside(emission, field, rest);
    if (inner) return { field: inner.field, offset: field.at.bytes + inner.offset };
  }
  return undefined;
}

function codeOf({ emission }: MessageView, { type, place, at }: FoundInteger): string {
  return readInteger(type, `${place.scratch}.view`, at, emission.imports);
}

/** Whether what the driver sends has an integer, or bits of one, at a path. */
export function hasInteger(view: MessageView, part: Part, path: string): boolean {
  return [path, path.slice(0, path.lastIndexOf("."))].some((one) => findInteger(view, part, one, "toDevice"));
}

/** Code for what a switch of the driver says: an integer, or some bits of one. */
export function selectorCode(view: MessageView, part: Part, path: string): string {
  const whole = findInteger(view, part, path, "toDevice");
  if (whole) return codeOf(view, whole);
  const dot = path.lastIndexOf(".");
  const found = findInteger(view, part, path.slice(0, dot), "toDevice");
  const bits = found?.type.bits.find(({ name }) => name === path.slice(dot + 1));
  if (!found || !bits) throw new Error(`message ${view.message.name} has no integer ${path}`);
  const mask = `0x${(2 ** (bits.high - bits.low + 1) - 1).toString(16)}`;
  const code = codeOf(view, found);
  return bits.low === 0 ? `${code} & ${mask}` : `(${code} >>> ${bits.low}) & ${mask}`;
}

/** Code for the bytes of what the driver sends, up to the end of the field that holds a path. */
export function bytesUntil(view: MessageView, part: Part, path: string): string {
  const field = part.fields.find(({ name }) => path === name || path.startsWith(`${name}.`));
  if (!field) throw new Error(`message ${view.message.name} has no ${path}`);
  return plus(view.start(part, field, "toDevice"), field.size);
}
