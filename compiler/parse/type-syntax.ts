import type { Span } from "../diagnostics/diagnostic.js";
import type { IntegerType } from "../model/model.js";
import type { ExpressionSyntax } from "./expression-syntax.js";
import type { Located } from "./node.js";

/** A type as written: names of structs and name lists are not resolved yet. */
export type TypeSyntax =
  | IntegerSyntax
  | { readonly kind: "char" }
  | { readonly kind: "reserved"; readonly length: ExpressionSyntax; readonly at: Span }
  /** Where the kind's own fields go. */
  | { readonly kind: "body" }
  | { readonly kind: "struct"; readonly name: Located<string> }
  | ArraySyntax;

export interface IntegerSyntax {
  readonly kind: "integer";
  /** As the definition spells it: `le32`. */
  readonly spelling: string;
  readonly width: IntegerType["width"];
  readonly signed: boolean;
  readonly bigEndian: boolean;
  readonly use?: "enum" | "flags" | "opaque" | "address";
  /** Of the name list, for `enum` and `flags`. */
  readonly names?: Located<string>;
}

export interface ArraySyntax {
  readonly kind: "array";
  readonly element: TypeSyntax;
  /** Absent: the rest of the part. */
  readonly length?: ExpressionSyntax;
  readonly at: Span;
}

/** The type of the elements of the elements. */
export function innermost(type: TypeSyntax): Exclude<TypeSyntax, ArraySyntax> {
  return type.kind === "array" ? innermost(type.element) : type;
}
