import type { Span } from "../diagnostics/diagnostic.js";
import type { LinuxHeader, NameList } from "../model/model.js";
import type { AdministrationSyntax } from "./administration-syntax.js";
import type { ExpressionSyntax } from "./expression-syntax.js";
import type { FieldSyntax } from "./field-syntax.js";
import type { ItemSyntax, Items } from "./item-syntax.js";
import type { MessageSyntax } from "./message-syntax.js";
import type { Located } from "./node.js";

export type * from "./field-syntax.js";
export type * from "./item-syntax.js";
export type * from "./message-syntax.js";

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

export interface SharedMemorySyntax extends ItemSyntax {
  readonly id: Located<string | number>;
  readonly if?: ExpressionSyntax;
  readonly isOptional: boolean;
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
