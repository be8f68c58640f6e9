import type { BinaryOperator, Expression, Scope } from "./expression.js";

/**
 * Value of an expression; truth is 1 and 0. The runtime has an evaluator of its own, for the compiler stands alone; a test
 * holds the two together.
 */
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
      return operations[expression[0]](evaluate(expression[1], scope), evaluate(expression[2], scope));
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

/** An operation with operands that are known made into its value. */
export function fold(expression: Exclude<Expression, number | string>): Expression {
  const [operator, ...operands] = expression;
  if (operator === "config" || operator === "field" || operator === "n") return expression;
  const [first] = operands as Expression[];
  if (operator === "?" && typeof first === "number") return (first !== 0 ? expression[2] : expression[3]) as Expression;
  const known = operands.every((operand) => typeof operand === "number");
  return known ? evaluate(expression, { feature: () => false, config: () => 0 }) : expression;
}

/** Calls back for every number, feature, configuration field and message field of an expression. */
function visit(expression: Expression, found: Visitor): void {
  if (typeof expression === "number") return found.number?.(expression);
  if (typeof expression === "string") return found.feature?.(expression);
  const [operator, ...operands] = expression;
  if (operator === "config" || operator === "field") found[operator]?.(expression[1]);
  else for (const operand of operands) visit(operand as Expression, found);
}

type Found = (name: string) => void;

interface Visitor {
  readonly number?: (value: number) => void;
  readonly feature?: Found;
  readonly config?: Found;
  readonly field?: Found;
}

/** Names of the features that an expression mentions. */
export function featuresOf(...expressions: readonly (Expression | undefined)[]): Set<string> {
  const names = new Set<string>();
  for (const expression of expressions)
    if (expression !== undefined) visit(expression, { feature: (n) => names.add(n) });
  return names;
}

/** Names of the configuration fields that an expression mentions. */
export function configOf(...expressions: readonly (Expression | undefined)[]): Set<string> {
  const names = new Set<string>();
  for (const expression of expressions)
    if (expression !== undefined) visit(expression, { config: (n) => names.add(n) });
  return names;
}

/** Numbers that expressions name. */
export function numbersOf(...expressions: readonly Expression[]): Set<number> {
  const numbers = new Set<number>();
  for (const expression of expressions) visit(expression, { number: (n) => numbers.add(n) });
  return numbers;
}

/** Operators and operands of an expression, counted to a limit. */
export function sizeOf(expression: Expression, limit: number): number {
  if (typeof expression === "number" || typeof expression === "string") return 1;
  let size = 1;
  for (const operand of expression.slice(1)) {
    if (size < limit) size += sizeOf(operand as Expression, limit - size);
  }
  return size;
}

/** An expression as the language writes it, for messages. */
export function show(expression: Expression): string {
  if (typeof expression === "number" || typeof expression === "string") return String(expression);
  const [operator, ...operands] = expression;
  if (operator === "config") return `config.${expression[1]}`;
  if (operator === "field") return expression[1];
  if (operator === "n") return "n";
  const shown = operands.map((operand) => showOperand(operand as Expression));
  if (operator === "!") return `!${shown[0]}`;
  return operator === "?" ? `${shown[0]} ? ${shown[1]} : ${shown[2]}` : `${shown[0]} ${operator} ${shown[1]}`;
}

function showOperand(expression: Expression): string {
  const isSimple = typeof expression !== "object" || ["config", "field", "n", "!"].includes(expression[0]);
  return isSimple ? show(expression) : `(${show(expression)})`;
}
