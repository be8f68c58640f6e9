/**
 * An expression of a definition, as its description carries it: a number; a feature name, which is 1 where the feature is
 * in the set; or an operation.
 */
export type Expression =
  | number
  | string
  | readonly ["config", string]
  | readonly ["field", string]
  | readonly ["n"]
  | readonly ["!", Expression]
  | readonly [BinaryOperator, Expression, Expression]
  | readonly ["?", Expression, Expression, Expression];

export type BinaryOperator = "&" | "|" | "+" | "-" | "*" | "==" | "!=" | "<" | "<=" | ">" | ">=";

/** What the names in an expression stand for. */
export interface Scope {
  /** Whether the set that the context names, offered or negotiated, holds a feature. */
  readonly feature: (name: string) => boolean;
  /** Value of a configuration field. */
  readonly config: (field: string) => number;
  /** Value of a message field. */
  readonly field?: (name: string) => number;
  /** Instance number of a queue. */
  readonly n?: number;
}

/** Evaluates an expression; truth is 1 and 0. For control paths: it recurses and calls back. */
export function evaluate(expression: Expression, scope: Scope): number {
  if (typeof expression === "number") return expression;
  if (typeof expression === "string") return Number(scope.feature(expression));
  switch (expression[0]) {
    case "config":
      return scope.config(expression[1]);
    case "field":
      return scope.field?.(expression[1]) ?? 0;
    case "n":
      return scope.n ?? 0;
    case "!":
      return Number(evaluate(expression[1], scope) === 0);
    case "?":
      return evaluate(evaluate(expression[1], scope) !== 0 ? expression[2] : expression[3], scope);
    default:
      return apply(expression[0], evaluate(expression[1], scope), evaluate(expression[2], scope));
  }
}

const operations: Readonly<Record<BinaryOperator, (a: number, b: number) => number>> = {
  "&": (a, b) => Number(a !== 0 && b !== 0),
  "|": (a, b) => Number(a !== 0 || b !== 0),
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
  "<": (a, b) => Number(a < b),
  "<=": (a, b) => Number(a <= b),
  ">": (a, b) => Number(a > b),
  ">=": (a, b) => Number(a >= b),
};

function apply(operator: BinaryOperator, a: number, b: number): number {
  return operations[operator](a, b);
}
