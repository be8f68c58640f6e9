import { execFileSync } from "node:child_process";
import { oursCommand } from "./backends.js";
import { allCases, type BenchCase, goalCases, nameOf } from "./bench-case.js";

/** The name of what is measured beside the cases: start-up and memory of both programs. */
export const PROGRAMS = "start-and-memory";

/**
 * The cases to run: those of the goals, all of them, or those of all whose names match; without those that ours has no option
 * for.
 *
 * @throws Error where neither a case nor PROGRAMS is left
 */
export function selectCases({ full = false, only }: { full?: boolean; only?: RegExp }): BenchCase[] {
  const chosen = full || only !== undefined ? allCases() : goalCases();
  const matching = chosen.filter((each) => only?.test(nameOf(each)) ?? true);
  const possible = matching.filter((each) => !each.packed || hasPacked(each));
  if (possible.length > 0 || only?.test(PROGRAMS)) return possible;
  if (matching.length === 0) throw new Error(`no case has a name that matches ${only?.source}: see --list`);
  throw new Error(`the cases that match ${only?.source} need an option --packed, which our program has not`);
}

const known = new Map<string, boolean>();

function hasPacked({ medium }: BenchCase): boolean {
  const answer = known.get(medium) ?? asksForPacked(medium);
  known.set(medium, answer);
  return answer;
}

function asksForPacked(medium: BenchCase["medium"]): boolean {
  const [node = "", path = "", ...args] = oursCommand({ medium, queues: 1, packed: false }, "none");
  const device = medium === "ram" ? args.slice(0, 1) : [];
  return execFileSync(node, [path, ...device, "--help"], { encoding: "utf8" }).includes("--packed");
}
