import type { Value } from "./codec.js";

/** Configuration fields as generated code reaches them. */
export interface ConfigFields {
  /** The bytes; fields lie at the offsets that the description says. */
  readonly view: DataView;
  /** A field's value as a program sees it, by wire name. */
  get(name: string): Value;
  set(name: string, value: Value): void;
}
