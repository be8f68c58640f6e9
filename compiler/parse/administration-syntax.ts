import type { ExpressionSyntax } from "./expression-syntax.js";
import type { ItemSyntax, Items } from "./item-syntax.js";
import type { Located } from "./node.js";

/** What administration commands carry, by sort. */
export interface AdministrationSyntax {
  readonly capabilities: Items<AdministrationItemSyntax>;
  readonly resourceObjects: Items<AdministrationItemSyntax>;
  readonly deviceParts: Items<AdministrationItemSyntax>;
}

export interface AdministrationItemSyntax extends ItemSyntax {
  readonly id: Located<number>;
  /** The struct of its data; of a device part, of its selector. */
  readonly struct: Located<string>;
  readonly if?: ExpressionSyntax;
}
