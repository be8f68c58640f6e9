import type { ExpressionProblem } from "./expression-syntax.js";

export interface Token {
  readonly kind: "number" | "name" | "sign" | "end";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const pattern = /\s*(?:(0x[0-9a-fA-F]+|\d+)(?!\w)|([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(==|!=|<=|>=|[&|!()+\-*<>?:]))/y;

/** Splits an expression into tokens; the last is an "end". */
export function tokenize(text: string): readonly Token[] | ExpressionProblem {
  const tokens: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== "") {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) return unexpected(text, at);
    at = pattern.lastIndex;
    tokens.push(tokenOf(match, at));
  }
  return [...tokens, { kind: "end", text: "", start: text.length, end: text.length }];
}

function tokenOf([, number, name, sign]: RegExpExecArray, end: number): Token {
  const text = (number ?? name ?? sign) as string;
  const kind = number !== undefined ? "number" : name !== undefined ? "name" : "sign";
  return { kind, text, start: end - text.length, end };
}

function unexpected(text: string, from: number): ExpressionProblem {
  const start = from + text.slice(from).search(/\S/);
  const word = /^(?:\w+|.)/u.exec(text.slice(start))?.[0] ?? "";
  return { code: "F011", problem: `unexpected "${word}"${hint(word)}`, at: { start, end: start + word.length } };
}

/** Words of other languages that people try. */
function hint(word: string): string {
  if (word === "/" || word === "%") return "; there is no division";
  return word === "=" ? "; equality is ==" : "";
}
