import type { Span } from "../diagnostics/diagnostic.js";
import type { BinaryOperator } from "../model/expression.js";
import { type Token, tokenize } from "./expression-lexer.js";
import type { ExpressionProblem, ExpressionSyntax } from "./expression-syntax.js";

/** Characters of an expression; it also bounds how deep one nests. */
const LONGEST_EXPRESSION = 500;

/** Operators from those that bind least to those that bind most. */
const levels: readonly (readonly BinaryOperator[])[] = [
  ["&", "|"],
  ["==", "!=", "<", "<=", ">", ">="],
  ["+", "-"],
  ["*"],
];

/** Where a stretch of a text, given as offsets in it, lies in the file. */
export type Locate = (start: number, end: number) => Span;

const asIs: Locate = (start, end) => ({ start, end });

/** Parses an expression of the definition language. */
export function parseExpression(text: string, locate: Locate = asIs): ExpressionSyntax | ExpressionProblem {
  if (text.length > LONGEST_EXPRESSION) return tooLong(text, locate);
  const tokens = tokenize(text);
  if (!isTokens(tokens)) return moved(tokens, locate);
  const parser = new Parser(text, tokens, locate);
  const expression = parser.whole();
  return parser.problem ? moved(parser.problem, locate) : expression;
}

/** Whether parsing failed. */
export function isProblem(result: ExpressionSyntax | ExpressionProblem): result is ExpressionProblem {
  return "code" in result;
}

function isTokens(result: readonly Token[] | ExpressionProblem): result is readonly Token[] {
  return Array.isArray(result);
}

function tooLong(text: string, locate: Locate): ExpressionProblem {
  const problem = `it has ${text.length} characters; the limit is ${LONGEST_EXPRESSION}`;
  return { code: "F011", problem, at: locate(0, text.length) };
}

function moved(problem: ExpressionProblem, locate: Locate): ExpressionProblem {
  return { ...problem, at: locate(problem.at.start, problem.at.end) };
}

const nothing: ExpressionSyntax = { kind: "number", value: 0 };

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #locate: Locate;
  #next = 0;
  /** The first thing that was wrong; later ones would only follow from it. */
  problem: ExpressionProblem | undefined;

  constructor(text: string, tokens: readonly Token[], locate: Locate) {
    this.#text = text;
    this.#tokens = tokens;
    this.#locate = locate;
  }

  whole(): ExpressionSyntax {
    const expression = this.#choice();
    if (this.#token.kind !== "end") this.#fail(`unexpected "${this.#token.text}"`);
    return expression;
  }

  get #token(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #take(sign: string): boolean {
    const taken = this.#token.kind === "sign" && this.#token.text === sign;
    if (taken) this.#next++;
    return taken;
  }

  #expect(sign: string): void {
    if (this.#take(sign)) return;
    this.#fail(
      this.#token.kind === "end" ? `it ends where "${sign}" is due` : `expected "${sign}" before "${this.#token.text}"`,
    );
  }

  #fail(problem: string): void {
    const { start, end } = this.#token;
    this.problem ??= { code: "F011", problem, at: { start, end } };
  }

  #choice(): ExpressionSyntax {
    const test = this.#binary(0);
    if (!this.#take("?")) return test;
    const then = this.#choice();
    this.#expect(":");
    return { kind: "choice", test, then, otherwise: this.problem ? nothing : this.#choice() };
  }

  #binary(level: number): ExpressionSyntax {
    const operators = levels[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    for (let first = this.#operator(operators); ; ) {
      const operator = this.#operator(operators);
      if (!operator || this.problem) return left;
      if (level === 0 && operator !== first) this.#mixed();
      this.#next++;
      left = { kind: "binary", operator, left, right: this.#binary(level + 1) };
      first = operator;
    }
  }

  #operator(operators: readonly BinaryOperator[]): BinaryOperator | undefined {
    return this.#token.kind === "sign" ? operators.find((operator) => operator === this.#token.text) : undefined;
  }

  #mixed(): void {
    const { start, end } = this.#token;
    this.problem ??= { code: "F012", problem: this.#text, at: { start, end } };
  }

  #unary(): ExpressionSyntax {
    if (this.#take("!")) return { kind: "not", operand: this.#unary() };
    if (this.#take("-")) return { kind: "binary", operator: "-", left: nothing, right: this.#unary() };
    if (!this.#take("(")) return this.#primary();
    const inner = this.#choice();
    this.#expect(")");
    return inner;
  }

  #primary(): ExpressionSyntax {
    const { kind, text, start, end } = this.#token;
    if (kind === "end" || kind === "sign") {
      this.#fail(kind === "end" ? "it ends too early" : `unexpected "${text}"`);
      return nothing;
    }
    this.#next++;
    return kind === "number" ? this.#number(text) : this.#name(text, this.#locate(start, end));
  }

  #number(text: string): ExpressionSyntax {
    const value = Number(text);
    if (!Number.isSafeInteger(value)) {
      this.#next--;
      this.#fail(`${text} is larger than 2^53-1`);
    }
    return { kind: "number", value };
  }

  /** A path leads to a field inside of a struct; only `config` is no field. */
  #name(text: string, at: Span): ExpressionSyntax {
    const [first, ...path] = text.split(".");
    if (first !== "config" || path.length === 0) return { kind: "name", name: text, at };
    return { kind: "config", name: path.join("."), at };
  }
}
