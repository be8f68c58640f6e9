import { InvalidArgumentError, Option } from "commander";
import type { OptionDescription } from "../virtio/backend-options.js";

type ValueType = Exclude<OptionDescription["type"], "flag">;

const UNITS = ["", "K", "M", "G", "T"];

/** A behaviour's option, as the parser of command lines knows it. */
export function optionOf(description: OptionDescription): Option {
  const { name, type, choices, value = type, required = false, help } = description;
  if (type === "flag") return new Option(`--${name}`, help);
  const shown = choices?.join("|") ?? value.toLowerCase();
  const option = new Option(`--${name} <${shown}>`, required ? `${help} (required)` : help);
  return (choices === undefined ? option.argParser(PARSERS[type]) : option.choices(choices)).makeOptionMandatory(
    required,
  );
}

/** @throws InvalidArgumentError where it is not an integer from 0 on that a number can hold */
export function integer(text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidArgumentError("It is not a whole number.");
}

/** A parser of integers within a range, both ends of which are allowed. */
export function integerFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = integer(text);
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be from ${least} to ${most}.`);
  };
}

/** Bytes. @throws InvalidArgumentError where it is not a number with or without a unit */
export function size(text: string): number {
  const [, digits, unit = ""] = /^(\d+)([KMGT]?)$/i.exec(text) ?? [];
  const bytes = Number(digits) * 1024 ** UNITS.indexOf(unit.toUpperCase());
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new InvalidArgumentError("It is not a number of bytes, which may end in K, M, G or T.");
}

/** @throws InvalidArgumentError where it is empty */
export function text(value: string): string {
  if (value !== "") return value;
  throw new InvalidArgumentError("It is empty.");
}

/** Permissions. @throws InvalidArgumentError where it is not octal */
export function octalMode(text: string): number {
  if (/^0?[0-7]{3}$/.test(text)) return Number.parseInt(text, 8);
  throw new InvalidArgumentError("It is not an octal mode such as 0660.");
}

const PARSERS: Readonly<Record<ValueType, (text: string) => unknown>> = { string: text, integer, size };
