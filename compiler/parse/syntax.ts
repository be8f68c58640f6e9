import type { Span } from "../diagnostics/diagnostic.js";
import type { ConfigField, LinuxHeader, NameList } from "../model/model.js";
import type { ExpressionSyntax } from "./expression-syntax.js";
import type { Located } from "./node.js";
import type { TypeSyntax } from "./type-syntax.js";

/** A definition as written: shaped as the schema asks, names not resolved, every item with its place. */
export interface DeviceSyntax {
  readonly device: Located<string>;
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
  readonly messages: Items<MessageSyntax>;
  readonly queues: Items<QueueSyntax>;
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
export type FieldKey = "bits" | "units" | "min" | "max" | "multiple-of" | "power-of-two" | ConfigKey;
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
  /** The keys below are for fields of `config`. */
  readonly if?: ExpressionSyntax;
  readonly validIf?: ExpressionSyntax;
  readonly access?: ConfigField["access"];
  readonly from?: ConfigField["from"];
  readonly default?: Located<number>;
  readonly onReset?: ConfigField["onReset"];
  readonly changes?: ConfigField["changes"];
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
  readonly kinds: Items<KindSyntax>;
  readonly keys: ReadonlyMap<string, Span>;
}

export interface StatusSyntax {
  readonly at: Span;
  readonly field: Located<string>;
  readonly ok: Located<string>;
  readonly error: Located<string>;
  readonly unsupported?: Located<string>;
  readonly malformed?: Located<string>;
}

/** Fields in wire order; one may be the kind's body. */
export type PartSyntax = readonly FieldSyntax[];

export interface KindSyntax extends ItemSyntax {
  readonly value?: Located<number>;
  readonly if?: ExpressionSyntax;
  readonly ok?: Located<string>;
  readonly failsIf: readonly RefusalSyntax[];
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
}
