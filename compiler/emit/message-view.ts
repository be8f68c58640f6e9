import type { Anchor, Field, Kind, Message, Part, Shape } from "../model/model.js";
import type { Emission } from "./emission.js";
import { type PartScratch, scratchOf } from "./part-scratch.js";
import { Terms } from "./terms.js";
import { type Place, plus } from "./view-member.js";

export type Direction = "toDevice" | "toDriver";

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
}
