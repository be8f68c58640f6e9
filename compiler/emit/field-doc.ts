import type { Expression } from "../model/expression.js";
import type { Field } from "../model/model.js";
import { docText } from "./doc-comment.js";
import type { Emission } from "./emission.js";

/** A field in words: what the definition says, its unit, and what values it may have. */
export function fieldDoc(
  emission: Emission,
  field: Field,
  ...more: readonly (string | undefined)[]
): string | undefined {
  return docText(...withUnits(field), ...limits(field), names(emission, field), ...more);
}

/** The unit ends the sentence, where there is only one. */
function withUnits({ doc, units }: Field): readonly (string | undefined)[] {
  if (units === undefined) return [doc];
  const text = doc?.trim() ?? "";
  if (text === "") return [`In ${units}.`];
  if (text.includes(units)) return [text];
  const isOneSentence = text.endsWith(".") && !/[.:;] /.test(text);
  return isOneSentence ? [`${text.slice(0, -1)}, in ${units}.`] : [text, `In ${units}.`];
}

function limits(field: Field): readonly (string | undefined)[] {
  const { min, max, multipleOf, powerOfTwo } = field;
  return [
    min === undefined ? undefined : `At least ${inWords(min)}.`,
    max === undefined ? undefined : `At most ${inWords(max)}.`,
    multipleOf === undefined ? undefined : `A multiple of ${multipleOf}.`,
    powerOfTwo ? "A power of two." : undefined,
  ];
}

function names(emission: Emission, { type }: Field): string | undefined {
  if (type.kind !== "integer" || type.names === undefined) return undefined;
  const list = emission.nameList(type.names).ts;
  return type.as === "flags" ? `Bit numbers are in \`${list}\`.` : `One of \`${list}\`.`;
}

/** An expression as the definition spells it. */
export function inWords(expression: Expression): string {
  if (typeof expression !== "object") return String(expression);
  const [operator, ...operands] = expression;
  if (operator === "config") return `config.${expression[1]}`;
  if (operator === "field") return `\`${expression[1]}\``;
  const parts = (operands as readonly Expression[]).map((part) =>
    isSimple(part) ? inWords(part) : `(${inWords(part)})`,
  );
  if (operator === "n") return "n";
  if (operator === "!") return `!${parts[0]}`;
  return operator === "?" ? `${parts[0]} ? ${parts[1]} : ${parts[2]}` : parts.join(` ${operator} `);
}

function isSimple(expression: Expression): boolean {
  return typeof expression !== "object" || ["config", "field", "n", "!"].includes(expression[0]);
}
