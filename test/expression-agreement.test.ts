import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluate as compilerEvaluate } from "../compiler/model/evaluate.js";
import { type Expression, evaluate } from "../runtime/virtio/expression.js";
import { randomRuns } from "./random-runs.js";

const operators = ["&", "|", "+", "-", "*", "==", "!=", "<", "<=", ">", ">="] as const;

const { expression } = fc.letrec<{ expression: Expression; leaf: Expression }>((tie) => ({
  leaf: fc.oneof(
    fc.integer({ min: -5, max: 5 }),
    fc.constantFrom("A", "B"),
    fc.constantFrom<Expression>(["config", "x"], ["config", "y"], ["field", "f"], ["n"]),
  ),
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    fc.tuple(fc.constant("!" as const), tie("expression")),
    fc.tuple(fc.constantFrom(...operators), tie("expression"), tie("expression")),
    fc.tuple(fc.constant("?" as const), tie("expression"), tie("expression"), tie("expression")),
  ),
}));

test("the compiler and the runtime give every expression the same value", () => {
  const small = fc.integer({ min: 0, max: 3 });
  const property = fc.property(
    expression,
    fc.boolean(),
    fc.boolean(),
    small,
    small,
    small,
    small,
    (tree, a, b, x, y, f, n) => {
      const scope = {
        feature: (name: string) => (name === "A" ? a : b),
        config: (name: string) => (name === "x" ? x : y),
        field: () => f,
        n,
      };
      expect(compilerEvaluate(tree, scope)).toBe(evaluate(tree, scope));
    },
  );
  fc.assert(property, { numRuns: randomRuns(2000) });
});
