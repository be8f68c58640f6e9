import { allCases, type BenchCase, goalCases, nameOf } from "./bench-case.js";

/** The name of what is measured beside the cases: start-up and memory of both programs. */
export const PROGRAMS = "start-and-memory";

/**
 * The cases to run: those of the goals, all of them, or those of all whose names match.
 *
 * @throws Error where neither a case nor PROGRAMS is left
 */
export function selectCases({ full = false, only }: { full?: boolean; only?: RegExp }): BenchCase[] {
  const cases = full || only !== undefined ? allCases() : goalCases();
  const chosen = cases.filter((each) => only?.test(nameOf(each)) ?? true);
  if (chosen.length > 0 || only?.test(PROGRAMS)) return chosen;
  throw new Error(`no case has a name that matches ${only?.source}: see --list`);
}
