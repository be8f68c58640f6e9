import type { Expression } from "../model/expression.js";
import type { Field, IntegerType, Type } from "../model/model.js";
import { LINE_WIDTH } from "./doc-comment.js";
import type { Emission } from "./emission.js";
import { programType, readInteger, safetyOf } from "./integer-code.js";
import { unknownBits } from "./unknown-bits.js";
import { type Place, plus, times } from "./view-member.js";

/** Statements that answer a request which breaks a rule. */
export interface Answers {
  readonly malformed: string;
  readonly unsupported: string;
}

/** What checks need to know of the request around them. */
export interface CheckContext {
  readonly emission: Emission;
  readonly answers: Answers;
  /** Code for the value of an expression. */
  readonly code: (expression: Expression) => string;
}

/** Code that refuses values which the definition does not allow in what the driver sent. */
export function checkFields(
  context: CheckContext,
  fields: readonly Field[],
  place: Pick<Place, "scratch" | "at">,
  offsetOf: (field: Field) => number,
  depth = 0,
): readonly string[] {
  return fields.flatMap((field) => checkType(context, field, field.type, place, offsetOf(field), depth));
}

function checkType(
  context: CheckContext,
  field: Field,
  type: Type,
  place: Pick<Place, "scratch" | "at">,
  offset: number,
  depth: number,
): readonly string[] {
  if (type.kind === "integer") return checkInteger(context, field, type, `${place.scratch}.view`, place.at(offset));
  if (type.kind === "struct") {
    const { fields } = context.emission.struct(type.struct);
    return checkFields(context, fields, place, ({ at }) => offset + at.bytes, depth);
  }
  if (type.kind !== "array" || type.length.kind !== "fixed") return [];
  return checkElements(context, { ...field, type }, place, place.at(offset), String(type.length.count), depth);
}

/** A field without its limits: those of an array whose length the driver chooses are about its length. */
export function withoutLimits<T extends Field>(field: T): T {
  const { min: _min, max: _max, multipleOf: _multipleOf, ...unlimited } = field;
  return { ...unlimited, powerOfTwo: false } as T;
}

/** Code that checks each element of an array; nothing where elements have no rules. */
export function checkElements(
  context: CheckContext,
  field: Field,
  place: Pick<Place, "scratch">,
  start: string,
  length: string,
  depth = 0,
): readonly string[] {
  if (field.type.kind !== "array") return [];
  const { element, stride } = field.type;
  const [i, at] = ["ijklmn"[depth] ?? `i${depth}`, depth === 0 ? "at" : `at${depth}`];
  const inside = { scratch: place.scratch, at: (offset: number) => plus(at, offset) };
  const checks = checkType(context, field, element, inside, 0, depth + 1);
  if (checks.length === 0) return [];
  return [
    `for (let ${i} = 0; ${i} < ${length}; ${i}++) {`,
    `  const ${at} = ${start} + ${times(i, stride)};`,
    ...checks.map((line) => `  ${line}`),
    "}",
  ];
}

function checkInteger(
  context: CheckContext,
  field: Field,
  type: IntegerType,
  view: string,
  at: string,
): readonly string[] {
  const { emission, answers } = context;
  const safe = safetyOf(type, view, at, emission.imports);
  const value = (): string => readInteger(type, view, at, emission.imports);
  const rules = type.as === "number" || type.as === "bigint" ? valueRules(context, field, type, value) : [];
  const { otherBits } = type;
  return [
    ...(safe === undefined ? [] : guard(`!${safe}`, answers.malformed)),
    ...rules.flatMap((rule) => guard(rule, answers.malformed)),
    ...(otherBits === undefined
      ? []
      : unknownBits(context, type, view, at).flatMap((unknown) => guard(unknown, answers[otherBits]))),
  ];
}

/** Columns that code has where it stands deepest: in a case inside of a case, in a method, in a class. */
const INDENT = 12;

/** Lines that answer where a condition holds: one, as long as it is not too long. */
export function guard(condition: string, answer: string): readonly string[] {
  const line = `if (${condition}) ${answer}`;
  const isShort = answer.includes("\n") || line.length + INDENT <= LINE_WIDTH;
  return isShort ? line.split("\n") : [`if (${condition}) {`, `  ${answer}`, "}"];
}

/** Conditions under which a value is malformed. */
function valueRules(context: CheckContext, field: Field, type: IntegerType, value: () => string): readonly string[] {
  const { min, max, multipleOf, powerOfTwo } = field;
  const big = programType(type) === "bigint" ? "n" : "";
  return [
    ...(min === undefined || (min === 0 && !type.signed) ? [] : [`${value()} < ${context.code(min)}`]),
    ...(max === undefined || max === Number.MAX_SAFE_INTEGER ? [] : [`${value()} > ${context.code(max)}`]),
    ...(multipleOf === undefined || multipleOf === 1 ? [] : [`${value()} % ${multipleOf}${big} !== 0${big}`]),
    ...(powerOfTwo ? [`!${context.emission.imports.value("isPowerOfTwo")}(${value()})`] : []),
  ];
}
