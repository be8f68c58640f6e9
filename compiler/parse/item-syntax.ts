import type { Span } from "../diagnostics/diagnostic.js";
import type { Located } from "./node.js";

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
