import type { Span } from "../diagnostics/diagnostic.js";
import type { ExpressionSyntax } from "./expression-syntax.js";
import type { FieldSyntax } from "./field-syntax.js";
import type { ItemSyntax, Items } from "./item-syntax.js";
import type { Located } from "./node.js";

export interface MessageSyntax extends ItemSyntax {
  readonly prefix?: string;
  readonly switch?: Located<string>;
  readonly status?: StatusSyntax;
  readonly toDevice: PartSyntax;
  readonly toDriver: PartSyntax;
  /** The kinds that a buffer can be; those inside of others with the names of both. */
  readonly kinds: Items<KindSyntax>;
  readonly minSize?: ExpressionSyntax;
  readonly spans?: SpansSyntax;
  readonly keys: ReadonlyMap<string, Span>;
}

/** A message that may take several buffers, and the field of the first that says how many. */
export interface SpansSyntax {
  readonly at: Span;
  readonly if?: ExpressionSyntax;
  readonly count: Located<string>;
}

export interface StatusSyntax {
  readonly at: Span;
  readonly field: Located<string>;
  /** List of the values, where the field is a plain integer. */
  readonly names?: Located<string>;
  readonly ok: Located<string>;
  readonly error: Located<string>;
  readonly unsupported?: Located<string>;
  readonly malformed?: Located<string>;
}

/** Fields in wire order; one may be the kind's body. */
export type PartSyntax = readonly FieldSyntax[];

export interface KindSyntax extends ItemSyntax {
  readonly value?: Located<number>;
  /** The kinds that this one is inside of, outermost first. */
  readonly outer: readonly OuterKindSyntax[];
  readonly if?: ExpressionSyntax;
  readonly ok?: Located<string>;
  readonly failsIf: readonly RefusalSyntax[];
  readonly toDevice: PartSyntax;
  readonly toDriver: PartSyntax;
}

/** A kind that has kinds of its own. */
export interface OuterKindSyntax extends ItemSyntax {
  readonly value?: Located<number>;
  readonly switch?: Located<string>;
  readonly toDevice: PartSyntax;
  readonly toDriver: PartSyntax;
}

export interface RefusalSyntax {
  readonly when: ExpressionSyntax;
  readonly at: Span;
  readonly status: Located<string>;
}
