import { optional } from "../parse/optional.js";
import type { ItemSyntax } from "../parse/syntax.js";
import type { Documented } from "./model.js";

/** What an item says of itself. */
export function documented({ doc, spec }: Pick<ItemSyntax, "doc" | "spec">): Documented {
  return { ...optional("doc", doc), ...optional("spec", spec) };
}
