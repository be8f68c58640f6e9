import type { Anchor, Field, IntegerType, Kind, Message, Part, Shape } from "../model/model.js";
import type { Emission } from "./emission.js";
import { readInteger } from "./integer-code.js";
import { isByte } from "./plain-type.js";
import { Terms } from "./terms.js";
import { type Place, plus } from "./view-member.js";

export type Direction = "toDevice" | "toDriver";

/** Scratch of one part: the tail right before `base`, the head from there on. */
export interface PartScratch {
  readonly base: number;
  readonly size: number;
  /** Where fields that are absent are kept, from `base`. */
  readonly absent: number;
}

/** One message on its way to a class: where its fields lie in the scratch, and which expressions it needs. */
export class MessageView {
  readonly emission: Emission;
  readonly message: Message;
  readonly terms: Terms = new Terms();
  readonly input: PartScratch;
  readonly output: PartScratch;
  readonly #ends = new Set<string>();

  constructor(emission: Emission, message: Message) {
    const shapes = [message.common, ...message.kinds.map(({ shape }) => shape)];
    this.emission = emission;
    this.message = message;
    this.input = scratchOf(shapes.map(({ toDevice }) => toDevice));
    this.output = scratchOf(shapes.map(({ toDriver }) => toDriver));
  }

  /** What to emit for: each kind, or the message itself. */
  get shapes(): readonly { readonly kind?: Kind; readonly shape: Shape }[] {
    const { kinds, common } = this.message;
    return kinds.length > 0 ? kinds.map((kind) => ({ kind, shape: kind.shape })) : [{ shape: common }];
  }

  /** The scratch of a part. */
  place(direction: Direction): Place {
    return this.#anchored(direction, undefined, false);
  }

  /** The scratch of a part as a field finds itself in it: from its start, or from its anchor. */
  placeOf(part: Part, field: Field, direction: Direction): Place {
    const anchor = field.at.anchor === undefined ? undefined : part.anchors[field.at.anchor];
    return this.#anchored(direction, anchor && this.anchorCode(part, anchor, direction), true);
  }

  #anchored(direction: Direction, anchor: string | undefined, isField: boolean): Place {
    const scratch = direction === "toDevice" ? "this.input" : "this.output";
    return {
      scratch,
      at: (offset) => plus(anchor === undefined ? `${scratch}.at` : `${scratch}.at + ${anchor}`, offset),
      base: (offset) => (anchor === undefined || !isField ? String(offset) : plus(anchor, offset)),
      writable: direction === "toDriver",
      moves: false,
    };
  }

  /** Code for how far an anchor is from the start of its part. Of what is absent: from there to where it is kept. */
  anchorCode(part: Part, { bytes, if: gate, absentAt = 0, after }: Anchor, direction: Direction): string {
    if (bytes === undefined) return this.endOf(part.fields.find(({ name }) => name === after) as Field);
    if (gate === undefined) return this.terms.code(bytes, () => "0");
    const { absent } = this.#scratch(direction);
    return this.terms.code(["?", gate, bytes, absent + absentAt], () => "0");
  }

  /** The property that says where an array ends whose length a request says. */
  endOf(field: Field): string {
    const name = this.#endName(field);
    this.#ends.add(name);
    return `this.${name}`;
  }

  /** Names of all these properties that code was made for. */
  get ends(): readonly string[] {
    return [...this.#ends];
  }

  #endName({ ts }: Field): string {
    const all = this.shapes.flatMap(({ shape }) => [...shape.toDevice.fields, ...shape.toDriver.fields]);
    let name = `${ts}End`;
    while (all.some((field) => field.ts === name)) name += "_";
    return `#${name}`;
  }

  /** A field's offset in its scratch, from its anchor. */
  offset({ at }: Field, direction: Direction): number {
    const { base } = this.#scratch(direction);
    return at.from === "start" ? base + at.bytes : base - at.bytes;
  }

  #scratch(direction: Direction): PartScratch {
    return direction === "toDevice" ? this.input : this.output;
  }

  /** Code for the bytes in front of all whose length a request says. */
  head(part: Part): string {
    return part.head === undefined ? String(part.headSize) : this.terms.code(part.head, () => "0");
  }

  /** Code for how far a field is from the start of its part. */
  start(part: Part, field: Field, direction: Direction): string {
    const anchor = field.at.anchor === undefined ? undefined : part.anchors[field.at.anchor];
    if (anchor === undefined) return String(field.at.bytes);
    const code = this.anchorCode(part, anchor, direction);
    return plus(code, field.at.bytes);
  }

  /** Code for the value at a path, of the given part or else of what the driver sent. */
  reader(shape: Shape, direction: Direction): (name: string) => string {
    return (name) => {
      for (const where of [direction, "toDevice"] as const) {
        const found = this.find(shape[where], name, where);
        if (found) return readInteger(found.type, `${found.place.scratch}.view`, found.at, this.emission.imports);
      }
      throw new Error(`message ${this.message.name} has no integer ${name} that could be counted by`);
    };
  }

  /** An integer of a part by its path: `type`, or `hdr.type` where `hdr` is a struct. */
  find(part: Part, path: string, direction: Direction): FoundInteger | undefined {
    for (const field of part.fields) {
      const inner = field.name === path ? { field, offset: 0 } : this.#inside(field, path);
      if (inner?.field.type.kind !== "integer") continue;
      const place = this.placeOf(part, field, direction);
      const at = place.at(this.offset(field, direction) + inner.offset);
      return { field: inner.field, type: inner.field.type, place, at };
    }
    return undefined;
  }

  #inside({ name, type }: Field, path: string): { readonly field: Field; readonly offset: number } | undefined {
    if (type.kind !== "struct" || !path.startsWith(`${name}.`)) return undefined;
    const rest = path.slice(name.length + 1);
    for (const field of this.emission.struct(type.struct).fields) {
      const inner = field.name === rest ? { field, offset: 0 } : this.#inside(field, rest);
      if (inner) return { field: inner.field, offset: field.at.bytes + inner.offset };
    }
    return undefined;
  }

  /** Whether a part has an integer, or bits of one, at a path. */
  has(part: Part, path: string): boolean {
    return this.find(part, path, "toDevice") !== undefined || this.find(part, parentOf(path), "toDevice") !== undefined;
  }

  /** Code for the bytes up to the end of the field that holds a path. */
  until(part: Part, path: string): string {
    const field = part.fields.find(({ name }) => path === name || path.startsWith(`${name}.`));
    if (!field) throw new Error(`message ${this.message.name} has no ${path}`);
    return plus(this.start(part, field, "toDevice"), field.size);
  }

  /** Code for what a switch says: an integer, or some bits of one. */
  selector(part: Part, path: string, direction: Direction): string {
    const whole = this.find(part, path, direction);
    if (whole) return readInteger(whole.type, `${whole.place.scratch}.view`, whole.at, this.emission.imports);
    const dot = path.lastIndexOf(".");
    const found = this.find(part, path.slice(0, dot), direction);
    const bits = found?.type.bits.find(({ name }) => name === path.slice(dot + 1));
    if (!found || !bits) throw new Error(`message ${this.message.name} has no integer ${path}`);
    const code = readInteger(found.type, `${found.place.scratch}.view`, found.at, this.emission.imports);
    const mask = `0x${(2 ** (bits.high - bits.low + 1) - 1).toString(16)}`;
    return bits.low === 0 ? `${code} & ${mask}` : `(${code} >>> ${bits.low}) & ${mask}`;
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("."));
}

/** An integer with the code of its place. */
export interface FoundInteger {
  readonly field: Field;
  readonly type: IntegerType;
  readonly place: Place;
  readonly at: string;
}

function scratchOf(parts: readonly Part[]): PartScratch {
  const tail = Math.max(...parts.map(({ tailSize }) => tailSize));
  const absent = Math.max(...parts.map(({ absentSize }) => absentSize));
  const base = Math.ceil((tail + absent) / 8) * 8;
  const size = base + Math.max(...parts.map(({ largest, headSize }) => Math.max(largest, headSize)));
  return { base, size, absent: -(tail + absent) };
}

/** The field that counts a part's array, where it is in the same part. */
export function counterOf({ variable, fields }: Part): Field | undefined {
  if (variable?.type.kind !== "array" || variable.type.length.kind !== "counted") return undefined;
  const { count } = variable.type.length;
  if (typeof count !== "object" || count[0] !== "field") return undefined;
  return fields.find(({ name }) => name === count[1]);
}

/** Bytes or text that stay in the driver's memory. Bytes with names are values, which are copied once like all others. */
export function isPayload(field: Field | undefined): boolean {
  if (field?.type.kind !== "array" || field.type.length.kind === "fixed") return false;
  const { element } = field.type;
  return element.kind === "char" || (isByte(element) && element.kind === "integer" && element.names === undefined);
}
