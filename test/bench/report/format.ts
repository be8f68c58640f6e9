import type { Spread } from "./statistics.js";

/** Three digits where that many mean something, and no more decimals than two. */
export function figure(value: number): string {
  if (value === 0) return "0";
  const decimals = Math.min(Math.max(2 - Math.floor(Math.log10(Math.abs(value))), 0), 2);
  return value.toFixed(decimals);
}

const UNITS: readonly (readonly [number, string])[] = [
  [1e6, "M"],
  [1e3, "k"],
];

/** With a letter for thousands and millions. */
export function count(value: number): string {
  const [factor, letter] = UNITS.find(([least]) => value >= least * 0.9995) ?? [1, ""];
  return `${figure(value / factor)}${letter}`;
}

/** The median, and between what the rounds were. */
export function spread(values: Spread, format: (value: number) => string): string {
  return `${format(values.median)} (${format(values.min)} to ${format(values.max)})`;
}

export const microseconds = (ns: number): string => figure(ns / 1e3);
export const milliseconds = (ns: number): string => figure(ns / 1e6);
export const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
