import type { Location } from "../diagnostics/diagnostic.js";

/**
 * What a change means for programs that were made before it. `breaking`: a driver and a device of two versions no longer
 * understand each other. `warning`: they do, but one may meet what it does not know. `source`: only names in programs change.
 */
export const changeClasses = ["breaking", "warning", "source", "compatible"] as const;
export type ChangeClass = (typeof changeClasses)[number];

/** One difference between two versions of a definition. */
export interface Change {
  readonly class: ChangeClass;
  readonly device: string;
  readonly message: string;
  /** Where the item stands in the old version, or what held it where it is new. */
  readonly old?: Location;
  readonly new?: Location;
}

/** A rule that mentions too many features for all their sets to be tried. */
export interface Sample {
  readonly device: string;
  /** Number of features that the rule mentions in both versions. */
  readonly mentioned: number;
  /** Those of them that were taken to be off. */
  readonly untried: readonly string[];
}

/** What is different between two versions of definitions, and where the answer may be incomplete. */
export interface Difference {
  readonly changes: readonly Change[];
  readonly samples: readonly Sample[];
}

/** Keys that lead to an item of a definition: `config`, `fields`, `capacity`. */
export type Path = readonly string[];
