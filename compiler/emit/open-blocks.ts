import type { ArrayType, Block, Field, Part, Shape } from "../model/model.js";
import { type CheckContext, checkElements, checkFields, guard, withoutLimits } from "./field-checks.js";
import { fieldMembers } from "./field-members.js";
import { readerOf } from "./integer-paths.js";
import type { MergedMembers } from "./merged-members.js";
import { sizedArray } from "./message-members.js";
import type { Direction, MessageView } from "./message-view.js";
import { gated } from "./open-payload.js";
import { visible } from "./plain-type.js";
import { plus } from "./view-member.js";

type ArrayField = Field & { readonly type: ArrayType };

/** Code that goes through the arrays in the middle of a part: counts, bounds and copies each, with what follows it. */
export class BlockOpener {
  readonly #view: MessageView;
  readonly #parts: MergedMembers["parts"];
  readonly #shape: Shape;
  readonly #part: Part;
  readonly #direction: Direction;
  readonly #context: CheckContext;

  constructor(
    view: MessageView,
    parts: MergedMembers["parts"],
    shape: Shape,
    direction: Direction,
    context: CheckContext,
  ) {
    this.#view = view;
    this.#parts = parts;
    this.#shape = shape;
    this.#part = shape[direction];
    this.#direction = direction;
    this.#context = context;
  }

  lines(): readonly string[] {
    const blocks = this.#part.blocks.flatMap((block, i) => this.#block(block, i));
    return [...blocks, "return true;"];
  }

  #block({ array, anchor, gap }: Block, number: number): readonly string[] {
    const field = array as ArrayField;
    const count = `count${number === 0 ? "" : number + 1}`;
    const stride = this.#stride(field);
    const start = this.#view.start(this.#part, field, this.#direction);
    const bytes = stride === "1" ? count : `${count} * ${stride}`;
    const open = this.#direction === "toDevice" ? "openItems" : "openAnswer";
    const sizes =
      this.#direction === "toDevice"
        ? `${start}, ${this.#part.tailSize}, ${plus(bytes, gap)}`
        : `${start}, ${plus(bytes, gap)}, ${this.#part.tailSize}`;
    return [
      `const ${count} = ${this.#count(field)};`,
      ...this.#bounds(field, count),
      `if (!this.${open}(${sizes})) return false;`,
      ...this.#items(field, count, stride),
      ...(this.#part.fields.some(({ at }) => at.anchor === anchor)
        ? [`${this.#view.endOf(field)} = ${start} + ${bytes};`]
        : []),
      ...this.#moves(anchor),
      ...this.#checks(field, count, anchor),
    ];
  }

  #count({ type, if: gate }: ArrayField): string {
    if (type.length.kind !== "counted") throw new Error("an array in the middle of a part has no count");
    return this.#view.terms.code(gated(type.length.count, gate), readerOf(this.#view, this.#shape, this.#direction));
  }

  #bounds(field: ArrayField, count: string): readonly string[] {
    const { answers, code } = this.#context;
    const { type, min, max } = field;
    const own = type.length.kind === "counted" ? type.length.count : 0;
    const isNatural = typeof own === "object" && own[0] === "field";
    const least = min === undefined || min === 0 ? (isNatural ? undefined : "0") : code(min);
    const rules = [
      ...(least === undefined ? [] : [`${count} < ${least}`]),
      ...(max === undefined ? [] : [`${count} > ${code(max)}`]),
      ...(type.strideFrom === undefined ? [] : [`${this.#stride(field)} < ${type.stride}`]),
    ];
    return rules.flatMap((rule) => guard(rule, answers.malformed));
  }

  /** Code for the bytes of one element. */
  #stride({ type }: ArrayField): string {
    if (type.strideFrom === undefined) return String(type.stride);
    return readerOf(this.#view, this.#shape, "toDevice")(type.strideFrom);
  }

  #items(field: ArrayField, count: string, stride: string): readonly string[] {
    const items = this.#viewOf(sizedArray(this.#view, this.#part, field, this.#direction).make);
    const isLate = this.#part.anchors[field.at.anchor ?? -1]?.after !== undefined;
    const place = this.#view.placeOf(this.#part, field, this.#direction);
    return [
      ...(field.type.strideFrom === undefined ? [] : [`${items}.space(${stride});`]),
      ...(isLate ? [`${items}.moveTo(${place.base(this.#view.offset(field, this.#direction))});`] : []),
      `${items}.load(${count});`,
    ];
  }

  /** Views of what is counted from the end of the array; arrays of counted length move when they are counted. */
  #moves(anchor: number): readonly string[] {
    return visible(this.#part.fields)
      .filter(({ at, type }) => at.anchor === anchor && !(type.kind === "array" && type.length.kind !== "fixed"))
      .flatMap((field) => {
        const place = this.#view.placeOf(this.#part, field, this.#direction);
        const offset = this.#view.offset(field, this.#direction);
        const parts = fieldMembers(this.#view.emission, field, offset, place).filter(({ form }) => form === "part");
        return parts.map(
          (part) => `${this.#viewOf(part.form === "part" ? part.make : "")}.moveTo(${place.base(offset)});`,
        );
      });
  }

  #viewOf(make: string): string {
    const view = this.#parts.get(make);
    if (view === undefined) throw new Error(`there is no view for ${make}`);
    return view;
  }

  /** What the driver sent is looked at when it has a place. */
  #checks(field: ArrayField, count: string, anchor: number): readonly string[] {
    if (this.#direction === "toDriver") return [];
    const place = this.#view.placeOf(this.#part, field, this.#direction);
    const start = place.at(this.#view.offset(field, this.#direction));
    const late = this.#part.fields.filter(({ at, name }) => at.anchor === anchor && name !== this.#part.variable?.name);
    return [
      ...(field.type.strideFrom === undefined
        ? checkElements(this.#context, withoutLimits(field), place, start, count)
        : []),
      ...late
        .filter(({ type }) => type.kind !== "array" || type.length.kind === "fixed")
        .flatMap((one) => this.#checkLate(one)),
    ];
  }

  #checkLate(field: Field): readonly string[] {
    const place = this.#view.placeOf(this.#part, field, this.#direction);
    return checkFields(this.#context, [field], place, () => this.#view.offset(field, this.#direction));
  }
}
