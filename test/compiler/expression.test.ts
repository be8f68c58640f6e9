import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluate, fold, show } from "../../compiler/model/evaluate.js";
import type { BinaryOperator, Expression } from "../../compiler/model/expression.js";
import { isProblem, parseExpression } from "../../compiler/parse/expression-parser.js";
import type { ExpressionSyntax } from "../../compiler/parse/expression-syntax.js";

/** Features are upper case here, and every other name is a field: enough to read an expression without a device. */
function plain(e: ExpressionSyntax): Expression {
  if (e.kind === "number") return e.value;
  if (e.kind === "config") return ["config", e.name];
  if (e.kind === "name") return /^[A-Z]/.test(e.name) ? e.name : e.name === "n" ? ["n"] : ["field", e.name];
  if (e.kind === "not") return ["!", plain(e.operand)];
  if (e.kind === "binary") return [e.operator, plain(e.left), plain(e.right)];
  return ["?", plain(e.test), plain(e.then), plain(e.otherwise)];
}

function read(text: string): Expression {
  const parsed = parseExpression(text);
  if (isProblem(parsed)) throw new Error(parsed.problem);
  return plain(parsed);
}

describe("parsing", () => {
  test.each<[string, Expression]>([
    ["MQ", "MQ"],
    ["0x10", 16],
    ["A & B & !C", ["&", ["&", "A", "B"], ["!", "C"]]],
    ["A & (B | C)", ["&", "A", ["|", "B", "C"]]],
    ["2*n + 1", ["+", ["*", 2, ["n"]], 1]],
    ["1 - 2 - 3", ["-", ["-", 1, 2], 3]],
    ["n == 0 ? 0 : 2*n + 2", ["?", ["==", ["n"], 0], 0, ["+", ["*", 2, ["n"]], 2]]],
    ["MQ | RSS ? config.pairs : 1", ["?", ["|", "MQ", "RSS"], ["config", "pairs"], 1]],
    ["A & config.x >= 2", ["&", "A", [">=", ["config", "x"], 2]]],
    ["A ? 1 : B ? 2 : 3", ["?", "A", 1, ["?", "B", 2, 3]]],
    ["-1", ["-", 0, 1]],
    ["mask+1", ["+", ["field", "mask"], 1]],
  ])("%s", (text, expression) => {
    expect(read(text)).toEqual(expression);
  });

  test.each([
    ["MQ |", "F011", "it ends too early", 4, 4],
    ["", "F011", "it ends too early", 0, 0],
    ["A & B | C", "F012", "A & B | C", 6, 7],
    ["(A", "F011", 'it ends where ")" is due', 2, 2],
    ["A B", "F011", 'unexpected "B"', 2, 3],
    ["A / B", "F011", 'unexpected "/"; there is no division', 2, 3],
    ["a = 1", "F011", 'unexpected "="; equality is ==', 2, 3],
    ["1x", "F011", 'unexpected "1x"', 0, 2],
    ["hdr.", "F011", 'unexpected "."', 3, 4],
    ["9007199254740992", "F011", "9007199254740992 is larger than 2^53-1", 0, 16],
    ["A ? B", "F011", 'it ends where ":" is due', 5, 5],
  ])("%s is none", (text, code, problem, start, end) => {
    expect(parseExpression(text)).toEqual({ code, problem, at: { start, end } });
  });

  test("places are those of the file", () => {
    const parsed = parseExpression("A +", (start, end) => ({ start: start + 100, end: end + 100 }));
    expect(parsed).toMatchObject({ at: { start: 103, end: 103 } });
  });
});

const operators: BinaryOperator[] = ["&", "|", "+", "-", "*", "==", "!=", "<", "<=", ">", ">="];
const { expression: anyExpression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small" },
    fc.nat(100),
    fc.constantFrom<Expression>("A", "B", ["config", "x"], ["field", "f"], ["n"]),
    tie("expression").map((e): Expression => ["!", e]),
    fc.tuple(fc.constantFrom(...operators), tie("expression"), tie("expression")),
    fc.tuple(fc.constant("?" as const), tie("expression"), tie("expression"), tie("expression")),
  ),
}));

const scope = { feature: (name: string): boolean => name === "A", config: () => 3, field: () => 5, n: 2 };

/** Folds from the inside out, as resolving does. */
function folded(e: Expression): Expression {
  if (typeof e !== "object" || e[0] === "config" || e[0] === "field" || e[0] === "n") return e;
  return fold([e[0], ...e.slice(1).map((operand) => folded(operand as Expression))] as unknown as typeof e);
}

describe("properties", () => {
  test("an expression is read back as it was shown", () => {
    fc.assert(
      fc.property(anyExpression, (e) => {
        fc.pre(show(e).length <= 500);
        expect(read(show(e))).toEqual(e);
      }),
    );
  });

  test("folding does not change a value", () => {
    fc.assert(
      fc.property(anyExpression, (e) => {
        expect(evaluate(folded(e), scope)).toBe(evaluate(e, scope));
      }),
    );
  });

  test("no text makes the parser throw", () => {
    const piece = fc.constantFrom(
      "A",
      "config.x",
      "1",
      "0x",
      "?",
      ":",
      "(",
      ")",
      "&",
      "|",
      "!",
      "-",
      "==",
      " ",
      "é",
      "$",
    );
    fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => void parseExpression(pieces.join(""))));
    fc.assert(fc.property(fc.string(), (text) => void parseExpression(text)));
  });
});
