import type { Span } from "../diagnostics/diagnostic.js";
import type { BinaryOperator } from "../model/expression.js";

/** An expression as written: names are not resolved yet, and know where they stand. */
export type ExpressionSyntax =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string; readonly at: Span }
  | { readonly kind: "config"; readonly name: string; readonly at: Span }
  | { readonly kind: "not"; readonly operand: ExpressionSyntax }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: ExpressionSyntax;
      readonly right: ExpressionSyntax;
    }
  | {
      readonly kind: "choice";
      readonly test: ExpressionSyntax;
      readonly then: ExpressionSyntax;
      readonly otherwise: ExpressionSyntax;
    };

/** Why a text is no expression; offsets count from the start of the text. */
export interface ExpressionProblem {
  readonly code: "F011" | "F012";
  readonly problem: string;
  readonly at: Span;
}

/** The names and configuration fields that an expression mentions, from left to right. */
export function* mentioned(e: ExpressionSyntax): Generator<Extract<ExpressionSyntax, { name: string }>> {
  if (e.kind === "name" || e.kind === "config") yield e;
  else if (e.kind !== "number") for (const operand of operands(e)) yield* mentioned(operand);
}

function operands(e: Extract<ExpressionSyntax, { kind: "not" | "binary" | "choice" }>): ExpressionSyntax[] {
  if (e.kind === "not") return [e.operand];
  return e.kind === "binary" ? [e.left, e.right] : [e.test, e.then, e.otherwise];
}
