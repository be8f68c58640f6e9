import type { Field, Part, Shape } from "../model/model.js";
import { type CheckContext, checkElements, checkFields, withoutLimits } from "./field-checks.js";
import { readerOf } from "./integer-paths.js";
import { configuredLength } from "./message-members.js";
import type { MessageView } from "./message-view.js";

/** What checks of a request know of it. */
export function requestContext(view: MessageView, shape: Shape): CheckContext {
  const unsupported = `return this.refuse(${view.message.status?.unsupported ?? 0});`;
  return {
    emission: view.emission,
    answers: { malformed: "return this.malformed();", unsupported },
    code: (expression) => view.terms.code(expression, readerOf(view, shape, "toDevice")),
  };
}

/** Code that refuses what the driver may not send in the fields that have a place before any array is counted. */
export function checkPart(view: MessageView, { toDevice: part }: Shape, context: CheckContext): readonly string[] {
  return part.fields
    .filter(({ name, at }) => name !== part.variable?.name && !isLate(part, at.anchor))
    .flatMap((field) => {
      const checks = checkField(view, part, field, context);
      if (field.if === undefined || checks.length === 0) return checks;
      const exists = `if (${view.terms.code(field.if, () => "0")} !== 0) {`;
      return [exists, ...checks.map((line) => `  ${line}`), "}"];
    });
}

function checkField(view: MessageView, part: Part, field: Field, context: CheckContext): readonly string[] {
  const place = view.placeOf(part, field, "toDevice");
  const offset = view.offset(field, "toDevice");
  const { type, name } = field;
  if (type.kind !== "array" || type.length.kind === "fixed") return checkFields(context, [field], place, () => offset);
  const isBlock = part.blocks.some(({ array }) => array.name === name);
  return isBlock
    ? []
    : checkElements(context, withoutLimits(field), place, place.at(offset), configuredLength(view, field));
}

/** Whether fields have their places only when an array before them was counted. */
function isLate(part: Part, anchor: number | undefined): boolean {
  return anchor !== undefined && part.anchors[anchor]?.after !== undefined;
}
