const UNITS = ["", "K", "M", "G", "T"];

/** @throws RangeError where it is not an integer from 0 on that a number can hold */
export function integer(text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new RangeError("It is not a whole number.");
}

/** A parser of integers within a range, both ends of which are allowed. It throws a RangeError for all else. */
export function integerFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = integer(text);
    if (value >= least && value <= most) return value;
    throw new RangeError(`It must be from ${least} to ${most}.`);
  };
}

/** Bytes. @throws RangeError where it is not a number with or without a unit */
export function size(text: string): number {
  const [, digits, unit = ""] = /^(\d+)([KMGT]?)$/i.exec(text) ?? [];
  const bytes = Number(digits) * 1024 ** UNITS.indexOf(unit.toUpperCase());
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new RangeError("It is not a number of bytes, which may end in K, M, G or T.");
}

/** @throws RangeError where it is empty */
export function text(value: string): string {
  if (value !== "") return value;
  throw new RangeError("It is empty.");
}

/** Permissions. @throws RangeError where it is not octal */
export function octalMode(text: string): number {
  if (/^0?[0-7]{3}$/.test(text)) return Number.parseInt(text, 8);
  throw new RangeError("It is not an octal mode such as 0660.");
}
