import type { Expression } from "../model/expression.js";
import { text } from "./names-in-code.js";

/** When a member of a type exists, as far as types can say. */
export interface Gate {
  /** Features with & and |; 1 where there is no condition. */
  readonly needs: Expression;
  /** Whether that is the whole truth: a member behind `!A` may be there or not, whatever a class may offer. */
  readonly isExact: boolean;
}

/** The condition of something that exists when all of several hold. */
export function gateOf(...conditions: readonly (Expression | undefined)[]): Gate {
  const gates = conditions.map((condition) => gate(condition ?? 1));
  return gates.reduce((a, b) => both("&", a, b), gate(1));
}

/** The condition of something that exists when any of several hold. */
export function anyGate(conditions: readonly (Expression | undefined)[]): Gate {
  const gates = conditions.map((condition) => gate(condition ?? 1));
  return gates.length === 0 ? gate(1) : gates.reduce((a, b) => both("|", a, b));
}

function gate(condition: Expression): Gate {
  if (typeof condition === "string") return { needs: condition, isExact: true };
  if (typeof condition === "number") return { needs: condition === 0 ? 0 : 1, isExact: true };
  const [operator, a, b] = condition;
  if (operator !== "&" && operator !== "|") return { needs: 1, isExact: false };
  return both(operator, gate(a as Expression), gate(b as Expression));
}

export function both(operator: "&" | "|", a: Gate, b: Gate): Gate {
  return { needs: simplified(operator, a.needs, b.needs), isExact: a.isExact && b.isExact };
}

function simplified(operator: "&" | "|", a: Expression, b: Expression): Expression {
  const [neutral, absorbing] = operator === "&" ? [1, 0] : [0, 1];
  if (a === neutral) return b;
  if (b === neutral || JSON.stringify(a) === JSON.stringify(b)) return a;
  return a === absorbing || b === absorbing ? absorbing : [operator, a, b];
}

/** A type that is `yes` where the features `F` satisfy an expression of & and |, and else `no`. */
export function conditionalType(needs: Expression, yes: string, no = "object"): string {
  if (typeof needs === "number") return needs === 0 ? no : yes;
  if (typeof needs === "string") return `${text(needs)} extends F ? ${yes} : ${no}`;
  const names = alternatives(needs);
  if (names !== undefined) return `Extract<F, ${names.map(text).join(" | ")}> extends never ? ${no} : ${yes}`;
  const [operator, a, b] = needs as readonly [string, Expression, Expression];
  // Whatever stands on the right is repeated for each way in which the left side comes out.
  if (operator === "&" && !mentions(a, "|")) {
    return conditionalType(a, `(${conditionalType(b, yes, no)})`, no);
  }
  return `true extends ${holds(needs)} ? ${yes} : ${no}`;
}

function mentions(needs: Expression, operator: "&" | "|"): boolean {
  if (typeof needs !== "object") return false;
  const [own, a, b] = needs as readonly [string, Expression, Expression];
  return own === operator || mentions(a, operator) || mentions(b, operator);
}

/** `true` where an expression holds, and else another type: as long as the expression, however it is nested. */
function holds(needs: Expression): string {
  if (typeof needs !== "object") return `(${conditionalType(needs, "true", "false")})`;
  const [operator, a, b] = needs as readonly [string, Expression, Expression];
  if (operator === "|") return `(${holds(a)} | ${holds(b)})`;
  return `([true, true] extends [${holds(a)}, ${holds(b)}] ? true : false)`;
}

/** The features of `A | B | C`. */
function alternatives(needs: Expression): readonly string[] | undefined {
  if (typeof needs === "string") return [needs];
  if (typeof needs !== "object" || needs[0] !== "|") return undefined;
  const [a, b] = [alternatives(needs[1]), alternatives(needs[2])];
  return a && b && [...a, ...b];
}
