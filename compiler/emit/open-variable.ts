import type { ArrayType, Field, Kind, Part, Shape } from "../model/model.js";
import { capitalized } from "../model/view-names.js";
import type { Method } from "./declaration.js";
import { type CheckContext, checkElements, withoutLimits } from "./field-checks.js";
import { readerOf } from "./integer-paths.js";
import type { MergedMembers } from "./merged-members.js";
import { variableArray } from "./message-members.js";
import type { Direction, MessageView } from "./message-view.js";
import { BlockOpener } from "./open-blocks.js";
import { gated, openPayload } from "./open-payload.js";
import { counterOf, isPayload } from "./part-arrays.js";
import { times } from "./view-member.js";

type ArrayField = Field & { readonly type: ArrayType };

/** What opens the arrays of variable length of a message: lines for `dispatch`, and the methods that they call. */
export class VariableOpener {
  readonly methods: Method[] = [];
  readonly #view: MessageView;
  readonly #parts: MergedMembers["parts"];

  constructor(view: MessageView, parts: MergedMembers["parts"]) {
    this.#view = view;
    this.#parts = parts;
  }

  /** Lines that ready the arrays of one kind, or give the request back and then do what `failed` says. */
  lines(shape: Shape, kind: Kind | undefined, context: CheckContext, failed: string): readonly string[] {
    return (["toDevice", "toDriver"] as const).flatMap((direction) => [
      ...this.#blocks(shape, direction, kind, context, failed),
      ...this.#variable(shape, direction, kind, context, failed),
    ]);
  }

  /** Arrays in the middle of a part, and the fields behind them, which have their places only then. */
  #blocks(
    shape: Shape,
    direction: Direction,
    kind: Kind | undefined,
    context: CheckContext,
    failed: string,
  ): readonly string[] {
    if (shape[direction].blocks.length === 0) return [];
    const inMethod = { ...context, answers: answersInMethod(context) };
    const body = new BlockOpener(this.#view, this.#parts, shape, direction, inMethod).lines().join("\n");
    const name = this.#freeName(direction === "toDevice" ? "#openRequest" : "#openAnswer", kind);
    const known = this.methods.find((method) => method.body === body);
    const doc = "Finds the arrays and what follows them; false where that does not fit, and the request was answered.";
    if (known === undefined) this.methods.push({ name, doc, parameters: [], returns: "boolean", body });
    return [`if (!this.${known?.name ?? name}()) ${failed}`];
  }

  #variable(
    shape: Shape,
    direction: Direction,
    kind: Kind | undefined,
    context: CheckContext,
    failed: string,
  ): readonly string[] {
    const { variable } = shape[direction];
    if (variable?.type.kind !== "array") return [];
    const field = { ...variable, type: variable.type };
    if (isPayload(field)) return openPayload(this.#view, shape, direction, field, context);
    if (direction === "toDriver") return this.#answer(shape.toDriver, field, context);
    return [`if (!${this.#request(shape, field, kind, context)}) ${failed}`];
  }

  /** An array that the device answers: as long as it says, within what the definition and the buffer allow. */
  #answer(part: Part, field: ArrayField, context: CheckContext): readonly string[] {
    const { length, stride } = field.type;
    if (length.kind === "counted" && counterOf(part) === undefined) {
      throw new Error(`array ${field.name} is counted by more than one field of the answer`);
    }
    const items = this.#items(part, field, "toDriver");
    const least = field.min === undefined || field.min === 0 ? undefined : context.code(field.min);
    return [
      ...this.#moved(part, field, "toDriver", items),
      `this.openOutputItems(${items}, ${this.#view.start(part, field, "toDriver")}, ${part.tailSize}, ${stride}, ${maximum(field, context)});`,
      ...(least === undefined ? [] : [`if (${items}.capacity < ${least}) ${context.answers.malformed}`]),
    ];
  }

  /** An array that the driver sent: counted, bounded, copied, then looked at. Kinds that do the same share a method. */
  #request(shape: Shape, field: ArrayField, kind: Kind | undefined, context: CheckContext): string {
    const body = this.#body(shape, field, context).join("\n");
    const max = maximum(field, context).replace(/^\((this\.terms\[\d+\] as number)\)$/, "$1");
    const known = this.methods.find((method) => method.body === body);
    if (known !== undefined) return `this.${known.name}(${max})`;
    const name = this.#freeName(`#load${capitalized(field.ts)}`, kind);
    const parameters = [{ name: "max", type: "number" }];
    const doc = `Copies \`${field.ts}\`; false where it is not as the definition says, and the request was answered.`;
    this.methods.push({ name, doc, parameters, returns: "boolean", body });
    return `this.${name}(${max})`;
  }

  /** Private names, which views inside the view have too. */
  #freeName(plain: string, kind: Kind | undefined): string {
    const views = [...this.#parts.values()];
    const isTaken = (name: string): boolean =>
      this.methods.some((method) => method.name === name) || views.includes(`this.${name}`);
    let name = isTaken(plain) ? `${plain}Of${capitalized(kind?.handler ?? "")}` : plain;
    while (isTaken(name)) name += "_";
    return name;
  }

  #body(shape: Shape, field: ArrayField, context: CheckContext): readonly string[] {
    const { stride } = field.type;
    const { tailSize } = shape.toDevice;
    const place = this.#view.placeOf(shape.toDevice, field, "toDevice");
    const items = this.#items(shape.toDevice, field, "toDevice");
    const head = this.#view.start(shape.toDevice, field, "toDevice");
    const start = place.at(this.#view.offset(field, "toDevice"));
    return [
      `const length = ${this.#count(shape, field)};`,
      `if (${tooShort(field, context)}length > max) return this.malformed();`,
      `if (!this.openItems(${head}, ${tailSize}, ${times("length", stride)})) return false;`,
      ...this.#moved(shape.toDevice, field, "toDevice", items),
      `${items}.load(length);`,
      ...checkElements({ ...context, answers: answersInMethod(context) }, withoutLimits(field), place, start, "length"),
      "return true;",
    ];
  }

  #count(shape: Shape, field: ArrayField): string {
    const { type, if: gate } = field;
    const head = this.#view.start(shape.toDevice, field, "toDevice");
    return type.length.kind === "counted"
      ? this.#view.terms.code(gated(type.length.count, gate), readerOf(this.#view, shape, "toDevice"))
      : `this.readableItems(${head}, ${shape.toDevice.tailSize}, ${type.stride})`;
  }

  /** A view that does not always lie at one place goes where it is now. */
  #moved(part: Part, field: ArrayField, direction: Direction, items: string): readonly string[] {
    const isLate = field.at.anchor !== undefined && part.anchors[field.at.anchor]?.after !== undefined;
    if (!isLate) return [];
    const place = this.#view.placeOf(part, field, direction);
    return [`${items}.moveTo(${place.base(this.#view.offset(field, direction))});`];
  }

  #items(part: Part, field: ArrayField, direction: Direction): string {
    return this.#parts.get(variableArray(this.#view, part, field, direction).make) as string;
  }
}

/** The test against the least length; nothing where a field counts from zero. */
function tooShort({ type, min = 0 }: ArrayField, context: CheckContext): string {
  const { length } = type;
  const isNatural = length.kind === "counted" && typeof length.count === "object" && length.count[0] === "field";
  return isNatural && min === 0 ? "" : `length < ${context.code(min)} || `;
}

function maximum({ name, type, max }: ArrayField, context: CheckContext): string {
  const most = type.length.kind === "fixed" ? undefined : (type.length.max ?? max);
  if (most === undefined) throw new Error(`array ${name} has no max`);
  return context.code(most);
}

/** In a method that says whether all is well, an answer is not enough. */
function answersInMethod({ answers }: CheckContext): CheckContext["answers"] {
  const refuse = answers.unsupported.replace(/^return /, "");
  return { malformed: "return this.malformed();", unsupported: `{\n  ${refuse}\n  return false;\n}` };
}
