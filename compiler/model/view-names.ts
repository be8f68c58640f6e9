import type { IntegerType } from "./model.js";

/** Names of what a field becomes in a view beside itself. Emitters and checks ask here, so that they agree. */

/** `num_sectors` -> `NumSectors`: the first letter in upper case. */
export function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The two words of a 64-bit value that is not read as one. */
export function wordName(ts: string, half: "low" | "high"): string {
  return ts + capitalized(half);
}

/** Tells whether a bit of a 64-bit set is set. */
export function hasName(ts: string): string {
  return `${ts}Has`;
}

/** Named bits of an integer. */
export function bitName(ts: string, bit: string): string {
  return ts + capitalized(bit);
}

/** Changes one element of an array. */
export function setterName(ts: string): string {
  return `set${capitalized(ts)}`;
}

/** The behaviour's method for what the driver wrote to the configuration. */
export function writtenName(ts: string): string {
  return `${ts}Written`;
}

/** Whether an integer is shown as two words of 32 bits, so that nothing is allocated. */
export function isTwoWords({
  width,
  as,
}: {
  readonly width: number;
  readonly as: IntegerType["as"] | undefined;
}): boolean {
  return width === 8 && (as === "address" || as === "flags");
}

/** What a program sees of 64 bits that no definition bounds. */
export function isBigint({
  width,
  as,
}: {
  readonly width: number;
  readonly as: IntegerType["as"] | undefined;
}): boolean {
  return width === 8 && as !== "number";
}

/** What makes a message of the device one of its kinds. */
export function chooserName(handler: string): string {
  return `as${capitalized(handler)}`;
}
