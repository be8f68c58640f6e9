import type { Span } from "../diagnostics/diagnostic.js";
import type { ConfigField, LinuxHeader, NameList } from "../model/model.js";
import type { AdministrationSyntax } from "./administration-syntax.js";
import type { ExpressionSyntax } from "./expression-syntax.js";
import type { Located } from "./node.js";
import type { TypeSyntax } from "./type-syntax.js";

/** A definition as written: shaped as the schema asks, names not resolved, every item with its place. */
export interface DeviceSyntax {
  readonly device: Located<string>;
  /** Replaces the device's name in those of its types. */
  readonly ts?: Located<string>;
  readonly id: Located<number>;
  readonly status?: Located<string>;
  readonly title: string;
  readonly doc?: string;
  readonly spec?: string;
  readonly features: Items<FeatureSyntax>;
  readonly negotiation: readonly RuleSyntax[];
  readonly constants: Items<ConstantSyntax>;
  readonly names: Items<NamesSyntax>;
  readonly structs: Items<StructSyntax>;
  readonly config?: ConfigSyntax;
  readonly derived: Items<DerivedSyntax>;
  readonly sharedMemory: Items<SharedMemorySyntax>;
  readonly messages: Items<MessageSyntax>;
  readonly queues: Items<QueueSyntax>;
  readonly administration: AdministrationSyntax;
  readonly linux?: LinuxHeader;
}

/** Items by name, in the order of the file. */
export type Items<T> = ReadonlyMap<string, T>;

export interface ItemSyntax {
  readonly name: string;
  /** Of the name. */
  readonly at: Span;
  readonly doc?: string;
  readonly spec?: string;
  /** TypeScript name that replaces the derived one. */
  readonly ts?: Located<string>;
}

export interface RuleSyntax {
  readonly rule: ExpressionSyntax;
  readonly at: Span;
}

export interface FeatureSyntax extends ItemSyntax {
  readonly bit: Located<number>;
  readonly requires?: ExpressionSyntax;
  readonly offerNeeds?: ExpressionSyntax;
  readonly recommends?: ExpressionSyntax;
  /** What the specification says is implied; documentation. */
  readonly impliedWhen?: ExpressionSyntax;
  readonly conflicts: readonly Located<string>[];
  readonly mandatory: boolean;
  readonly legacy: boolean;
}

export interface ConstantSyntax extends ItemSyntax {
  readonly value: number;
}

export interface DerivedSyntax extends ItemSyntax {
  readonly value?: ExpressionSyntax;
}

export interface NamesSyntax extends ItemSyntax {
  readonly prefix?: string;
  readonly c: NameList["c"];
  readonly values: Items<NamedValueSyntax>;
}

export interface NamedValueSyntax extends ItemSyntax {
  readonly value: Located<number>;
  readonly if?: ExpressionSyntax;
  readonly aliasOf?: Located<string>;
}

export interface StructSyntax extends ItemSyntax {
  readonly size?: Located<number>;
  readonly fields: Items<FieldSyntax>;
}

export interface ConfigSyntax {
  readonly at: Span;
  readonly doc?: string;
  readonly spec?: string;
  readonly size?: Located<number>;
  readonly fields: Items<FieldSyntax>;
}

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

export interface SharedMemorySyntax extends ItemSyntax {
  readonly id: Located<string | number>;
  readonly if?: ExpressionSyntax;
  readonly isOptional: boolean;
}

export interface BitsSyntax extends ItemSyntax {
  readonly low: number;
  readonly high: number;
  readonly names?: Located<string>;
}

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

export interface QueueSyntax extends ItemSyntax {
  readonly index?: ExpressionSyntax;
  readonly count?: ExpressionSyntax;
  readonly if?: ExpressionSyntax;
  readonly carries: Located<string>;
  readonly whenEmpty?: Located<"drop" | "hold" | "latest">;
  /** Queues before it that are absent leave a gap. */
  readonly isFixed: boolean;
  readonly held: boolean;
  readonly ordered: boolean;
  readonly priority?: "high";
  readonly keys: ReadonlyMap<string, Span>;
}
