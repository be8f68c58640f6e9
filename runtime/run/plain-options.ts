import { parseArgs } from "node:util";
import { keyOf, type ProgramOption } from "./program-options.js";

/** What options are worth, by their keys; those that were not given and have no preset are absent. */
export type OptionValues = Readonly<Record<string, unknown>>;

/**
 * Reads a command line about which there is nothing to say. Whatever is wrong or unusual is for commander, which takes
 * longer to load than all else together.
 *
 * @returns undefined where commander has to look at it
 */
export function plainOptions(args: readonly string[], options: readonly ProgramOption[]): OptionValues | undefined {
  try {
    const entries = Object.fromEntries(options.map(entryOf));
    const { values, tokens } = parseArgs({ args: [...args], options: entries, tokens: true });
    const given = options.filter(({ name }) => Object.hasOwn(values, name));
    // One that is given twice counts in its last place only, but is checked in each.
    if (tokens.length > given.length || isOdd(options, given)) return undefined;
    const parsed = given.map((option) => [keyOf(option), meaningOf(option, values[option.name] as string | true)]);
    return { ...presetsOf(options), ...Object.fromEntries(parsed) };
  } catch {
    return undefined;
  }
}

function entryOf({ name, value }: ProgramOption): [string, { readonly type: "string" | "boolean" }] {
  return [name, { type: value === undefined ? "boolean" : "string" }];
}

function isOdd(options: readonly ProgramOption[], given: readonly ProgramOption[]): boolean {
  const names = ["help", "version", ...options.map(({ name }) => name)];
  return (
    new Set(names).size < names.length ||
    options.some(({ repeated }) => repeated === true) ||
    options.some((option) => option.required === true && !given.includes(option)) ||
    given.some(({ excludes }) => given.some(({ name }) => excludes?.includes(name)))
  );
}

/** @throws RangeError where it is not allowed */
function meaningOf({ parse, choices }: ProgramOption, value: string | true): unknown {
  if (value === true) return true;
  if (choices?.includes(value) === false) throw new RangeError(value);
  return parse === undefined ? value : parse(value);
}

function presetsOf(options: readonly ProgramOption[]): OptionValues {
  const preset = options.filter((option) => option.preset !== undefined);
  return Object.fromEntries(preset.map((option) => [keyOf(option), option.preset]));
}
