import type { Part } from "../model/model.js";

/** Scratch of one part: the tail right before `base`, the head from there on. */
export interface PartScratch {
  readonly base: number;
  readonly size: number;
  /** Where fields that are absent are kept, from `base`. */
  readonly absent: number;
}

/** Scratch that every one of some parts fits into. */
export function scratchOf(parts: readonly Part[]): PartScratch {
  const tail = Math.max(...parts.map(({ tailSize }) => tailSize));
  const absent = Math.max(...parts.map(({ absentSize }) => absentSize));
  const base = Math.ceil((tail + absent) / 8) * 8;
  const size = base + Math.max(...parts.map(({ largest, headSize }) => Math.max(largest, headSize)));
  return { base, size, absent: -(tail + absent) };
}
