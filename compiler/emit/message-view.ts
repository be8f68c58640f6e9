import type { Field, IntegerType, Kind, Message, Part, Shape } from "../model/model.js";
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
}

/** One message on its way to a class: where its fields lie in the scratch, and which expressions it needs. */
export class MessageView {
  readonly emission: Emission;
  readonly message: Message;
  readonly terms: Terms = new Terms();
  readonly input: PartScratch;
  readonly output: PartScratch;

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

  place(direction: Direction): Place {
    const scratch = direction === "toDevice" ? "this.input" : "this.output";
    return {
      scratch,
      at: (offset) => plus(`${scratch}.at`, offset),
      base: (offset) => String(offset),
      writable: direction === "toDriver",
      moves: false,
    };
  }

  /** A field's offset in its scratch. */
  offset({ at }: Field, direction: Direction): number {
    const { base } = direction === "toDevice" ? this.input : this.output;
    return at.from === "start" ? base + at.bytes : base - at.bytes;
  }

  /** Offset of the array between head and tail: it follows the head. */
  variableOffset(part: Part, direction: Direction): number {
    return (direction === "toDevice" ? this.input : this.output).base + part.headSize;
  }

  /** Code that reads an integer field by name: of the given part, else of what the driver sent. */
  reader(shape: Shape, direction: Direction): (name: string) => string {
    return (name) => {
      for (const where of [direction, "toDevice"] as const) {
        const field = shape[where].fields.find((candidate) => candidate.name === name);
        if (field?.type.kind === "integer") return this.read({ ...field, type: field.type }, where);
      }
      throw new Error(`message ${this.message.name} has no integer ${name} that could be counted by`);
    };
  }

  read(field: Field & { readonly type: IntegerType }, direction: Direction): string {
    const place = this.place(direction);
    const at = place.at(this.offset(field, direction));
    return readInteger(field.type, `${place.scratch}.view`, at, this.emission.imports);
  }

  field(name: string, direction: Direction): Field & { readonly type: IntegerType } {
    const field = this.message.common[direction].fields.find((candidate) => candidate.name === name);
    if (field?.type.kind !== "integer") throw new Error(`message ${this.message.name} has no integer ${name}`);
    return { ...field, type: field.type };
  }
}

function scratchOf(parts: readonly Part[]): PartScratch {
  const base = Math.ceil(Math.max(...parts.map(({ tailSize }) => tailSize)) / 8) * 8;
  return { base, size: base + Math.max(...parts.map(({ headSize }) => headSize)) };
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
