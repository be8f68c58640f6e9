import type { Span } from "../diagnostics/diagnostic.js";
import type { ConfigField } from "../model/model.js";
import type { ExpressionSyntax } from "./expression-syntax.js";
import type { ItemSyntax, Items } from "./item-syntax.js";
import type { Located } from "./node.js";
import type { TypeSyntax } from "./type-syntax.js";

/** A key that a field has, where a check may speak of it. */
export type FieldKey =
  | "bits"
  | "units"
  | "min"
  | "max"
  | "multiple-of"
  | "power-of-two"
  | "stride"
  | "size"
  | "copies"
  | "guest-address"
  | "opaque"
  | ConfigKey;

type ConfigKey = "if" | "valid-if" | "access" | "from" | "default" | "on-reset" | "changes";

export interface FieldSyntax extends ItemSyntax {
  readonly type: TypeSyntax;
  /** The type as the file spells it. */
  readonly spelling: string;
  readonly typeAt: Span;
  /** Where the keys stand that the field has. */
  readonly keys: ReadonlyMap<FieldKey, Span>;
  readonly bits: Items<BitsSyntax>;
  readonly otherBits?: "unsupported" | "malformed";
  readonly units?: string;
  readonly min?: ExpressionSyntax;
  readonly max?: ExpressionSyntax;
  readonly multipleOf?: number;
  readonly powerOfTwo: boolean;
  readonly unaligned: boolean;
  /** Bytes of `body: kind`, or of a union, whatever is in it. */
  readonly size?: Located<number>;
  /** The to-device field that says how many bytes an element has. */
  readonly stride?: Located<string>;
  readonly copies?: CopiesSyntax;
  readonly guestAddress?: GuestAddressSyntax;
  /** Whose bytes a payload holds, in words. */
  readonly opaque?: string;
  /** The union that the field is a member of. */
  readonly union?: UnionSyntax;
  /** The fields of a member that has no struct of its own; they become one. */
  readonly inline?: Items<FieldSyntax>;
  /** Name within the struct of no fixed size that was laid out in place; such a field was checked there. */
  readonly inlined?: string;
  readonly if?: ExpressionSyntax;
  readonly validIf?: ExpressionSyntax;
  readonly access?: ConfigField["access"];
  readonly from?: ConfigField["from"];
  readonly default?: Located<number>;
  readonly onReset?: ConfigField["onReset"];
  readonly changes?: ConfigField["changes"];
}

/** Fields that are copied from the request: a whole field, or fields of a struct by the flag that asks for it. */
export interface CopiesSyntax {
  readonly at: Span;
  readonly from?: Located<string>;
  readonly fields: readonly { readonly field: Located<string>; readonly flags: readonly Located<string>[] }[];
}

/** What lies at a guest address: so many bytes, a number or a sibling field. */
export interface GuestAddressSyntax {
  readonly at: Span;
  readonly shift?: number;
  readonly length: Located<string | number>;
}

/** Members of a union lie at one place. */
export interface UnionSyntax {
  readonly name: string;
  readonly at: Span;
  readonly first: boolean;
  readonly size?: Located<number>;
  readonly switch?: Located<string>;
  /** Names of the switch's list that choose the member. */
  readonly when: readonly Located<string>[];
}

export interface BitsSyntax extends ItemSyntax {
  readonly low: number;
  readonly high: number;
  readonly names?: Located<string>;
}
