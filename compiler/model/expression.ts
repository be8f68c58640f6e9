/**
 * Expressions of the definition language, resolved: constants are folded, derived names replaced by what they stand for.
 *
 * The form is the one that generated descriptions carry, so that emission is `JSON.stringify`.
 */
export type Expression =
  | number
  /** A feature: 1 where it is in the set that the context names (offered or negotiated), else 0. */
  | string
  /** A configuration field by wire name. */
  | readonly ["config", string]
  /** A field of the same part, or of to-device, by wire name. */
  | readonly ["field", string]
  /** The instance number, in a queue's index. */
  | readonly ["n"]
  | readonly ["!", Expression]
  | readonly [BinaryOperator, Expression, Expression]
  /** Test, value if non-zero, value if zero. */
  | readonly ["?", Expression, Expression, Expression];

export type BinaryOperator = "&" | "|" | "+" | "-" | "*" | "==" | "!=" | "<" | "<=" | ">" | ">=";

/** What an expression is evaluated over. */
export interface Scope {
  readonly feature: (name: string) => boolean;
  readonly config: (field: string) => number;
  readonly field?: (name: string) => number;
  readonly n?: number;
}
