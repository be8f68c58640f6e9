import type { Expression } from "../model/expression.js";
import type { ArrayType, Field, Part, Shape } from "../model/model.js";
import { type CheckContext, guard } from "./field-checks.js";
import { readerOf } from "./integer-paths.js";
import type { Direction, MessageView } from "./message-view.js";
import { counterOf } from "./part-arrays.js";

type PayloadField = Field & { readonly type: ArrayType };

/** Code that opens a payload: the bytes stay in the driver's memory, and only their number is looked at. */
export function openPayload(
  view: MessageView,
  shape: Shape,
  direction: Direction,
  field: PayloadField,
  context: CheckContext,
): readonly string[] {
  const part: Part = shape[direction];
  const [name, open] = direction === "toDevice" ? ["readable", "openReadable"] : ["writable", "openWritable"];
  const length = `this.${name}.byteLength`;
  const isCounted = field.type.length.kind === "counted";
  const isChosen = direction === "toDriver" && counterOf(part) !== undefined;
  const counted = isChosen ? roomForBytes : sentBytes;
  return [
    `this.${open}(${view.start(part, field, direction)}, ${part.tailSize});`,
    ...(isCounted ? counted(view, shape, field, length, context) : []),
    ...(isCounted && isChosen ? [] : lengthRules(field, length, context)),
  ];
}

function lengthRules({ min, max, multipleOf }: PayloadField, length: string, context: CheckContext): readonly string[] {
  const rules = [
    ...(min === undefined || min === 0 ? [] : [`${length} < ${context.code(min)}`]),
    ...(max === undefined ? [] : [`${length} > ${context.code(max)}`]),
    ...(multipleOf === undefined || multipleOf === 1 ? [] : [`${length} % ${multipleOf} !== 0`]),
  ];
  return rules.flatMap((rule) => guard(rule, context.answers.malformed));
}

/** The driver said how many bytes follow, and must have sent them. */
function sentBytes(
  view: MessageView,
  shape: Shape,
  { type, if: gate }: PayloadField,
  length: string,
  { answers }: CheckContext,
): readonly string[] {
  if (type.length.kind !== "counted") return [];
  const { count } = type.length;
  const bytes = view.terms.code(gated(count, gate), readerOf(view, shape, "toDevice"));
  const isNatural = gate === undefined && typeof count === "object" && count[0] === "field";
  const wrong = isNatural ? `${length} < ${bytes}` : `${bytes} < 0 || ${length} < ${bytes}`;
  return [...guard(wrong, answers.malformed), `${length} = ${bytes};`];
}

/** The count is part of the answer; what the definition does not allow is no room. */
function roomForBytes(
  _view: MessageView,
  _shape: Shape,
  { type }: PayloadField,
  length: string,
  context: CheckContext,
): readonly string[] {
  if (type.length.kind !== "counted") return [];
  const max = context.code(type.length.max);
  return [`if (${length} > ${max}) ${length} = ${max};`];
}

/** A count, or 0 where the array does not exist. */
export function gated(count: Expression, gate: Expression | undefined): Expression {
  return gate === undefined ? count : ["*", gate, count];
}
