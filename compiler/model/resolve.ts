import type { Span } from "../diagnostics/diagnostic.js";
import type { ExpressionSyntax } from "../parse/expression-syntax.js";
import type { DeviceSyntax, FieldSyntax } from "../parse/syntax.js";
import { fold } from "./evaluate.js";
import type { Expression } from "./expression.js";

/** What the names in an expression may stand for, at the place where it is written. */
export interface Names {
  readonly device: DeviceSyntax;
  /** Fields of this part and of to-device, nearest first. */
  readonly fields?: readonly ReadonlyMap<string, FieldSyntax>[];
  readonly config?: boolean;
  readonly derived?: ReadonlyMap<string, Expression>;
  readonly features?: boolean;
  readonly n?: boolean;
}

/** A name that does not stand for anything here: nowhere at all, or only elsewhere. */
export interface NameProblem {
  readonly kind: "unknown" | "misplaced";
  readonly name: string;
  readonly at: Span;
  /** Names that would have done. */
  readonly candidates: Iterable<string>;
}

/** Resolves an expression: constants are folded, derived names replaced. A name with a problem counts as 0. */
export function resolve(syntax: ExpressionSyntax, names: Names, problem?: (problem: NameProblem) => void): Expression {
  switch (syntax.kind) {
    case "number":
      return syntax.value;
    case "config":
      return resolveConfig(syntax, names, problem);
    case "name":
      return resolveName(syntax, names, problem);
    case "not":
      return fold(["!", resolve(syntax.operand, names, problem)]);
    case "choice": {
      const [test, then, otherwise] = [syntax.test, syntax.then, syntax.otherwise].map((e) =>
        resolve(e, names, problem),
      );
      return fold(["?", test as Expression, then as Expression, otherwise as Expression]);
    }
    case "binary":
      return fold([syntax.operator, resolve(syntax.left, names, problem), resolve(syntax.right, names, problem)]);
  }
}

type Name = Extract<ExpressionSyntax, { name: string }>;
type Problem = ((problem: NameProblem) => void) | undefined;

function resolveConfig({ name, at }: Name, { device, config }: Names, problem: Problem): Expression {
  const fields = device.config?.fields;
  if (config && fields?.has(name)) return ["config", name];
  if (fields?.has(name)) problem?.({ kind: "misplaced", name: `config.${name}`, at, candidates: [] });
  else
    problem?.({
      kind: "unknown",
      name: `config.${name}`,
      at,
      candidates: [...(fields?.keys() ?? [])].map((n) => `config.${n}`),
    });
  return 0;
}

/** In this order: fields, derived names, constants, features. */
function resolveName({ name, at }: Name, names: Names, problem: Problem): Expression {
  const { device } = names;
  if (names.n && name === "n") return ["n"];
  if (names.fields?.some((fields) => fields.has(name))) return ["field", name];
  const derived = names.derived?.get(name);
  if (derived !== undefined) return derived;
  const constant = device.constants.get(name);
  if (constant) return constant.value;
  if (names.features && device.features.has(name)) return name;
  const elsewhere = name === "n" || device.derived.has(name) || device.features.has(name);
  problem?.({ kind: elsewhere ? "misplaced" : "unknown", name, at, candidates: candidates(names) });
  return 0;
}

function candidates({ device, fields, derived, features }: Names): string[] {
  return [
    ...(fields ?? []).flatMap((map) => [...map.keys()]),
    ...(derived?.keys() ?? []),
    ...device.constants.keys(),
    ...(features ? device.features.keys() : []),
  ];
}
