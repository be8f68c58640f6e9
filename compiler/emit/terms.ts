import type { Expression } from "../model/expression.js";

interface Term {
  readonly value: Expression;
  readonly features: "offered" | "negotiated";
}

/** The expressions of a message that its class reads as `this.terms[i]`: evaluated once, when a queue starts. */
export class Terms {
  readonly list: Term[] = [];

  /** Code for the value of a term. */
  read(value: Expression, features: Term["features"]): string {
    const wanted = JSON.stringify({ value, features });
    const known = this.list.findIndex((term) => JSON.stringify(term) === wanted);
    if (known < 0) this.list.push({ value, features });
    return `this.terms[${known < 0 ? this.list.length - 1 : known}]`;
  }

  /**
   * Code for the value of an expression over the negotiated features, the configuration and fields.
   *
   * @param field code that reads a field of the message
   */
  code(expression: Expression, field: (name: string) => string): string {
    if (typeof expression === "number") return String(expression);
    if (!mentionsField(expression)) return `(${this.read(expression, "negotiated")} as number)`;
    return this.#operation(expression as Exclude<Expression, number | string>, field);
  }

  #operation(expression: Exclude<Expression, number | string>, field: (name: string) => string): string {
    if (expression[0] === "field") return field(expression[1]);
    const [operator, ...operands] = expression;
    const [a, b, c] = (operands as readonly Expression[]).map((operand) => this.code(operand, field));
    switch (operator) {
      case "!":
        return `Number(${a} === 0)`;
      case "?":
        return `(${a} !== 0 ? ${b} : ${c})`;
      case "&":
        return `Number(${a} !== 0 && ${b} !== 0)`;
      case "|":
        return `Number(${a} !== 0 || ${b} !== 0)`;
      case "+":
      case "-":
      case "*":
        return `(${a} ${operator} ${b})`;
      case "==":
      case "!=":
        return `Number(${a} ${operator}= ${b})`;
      default:
        return `Number(${a} ${operator} ${b})`;
    }
  }
}

function mentionsField(expression: Expression): boolean {
  if (typeof expression !== "object") return false;
  if (expression[0] === "field") return true;
  return expression[0] !== "config" && expression.slice(1).some((part) => mentionsField(part as Expression));
}
