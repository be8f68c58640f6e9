import type { BenchCase } from "./disk/bench-case.js";
import { BenchFolder } from "./disk/bench-folder.js";
import { Backends, caseSteps } from "./disk/case-steps.js";
import { describeMachine } from "./disk/machine.js";
import { measurePrograms } from "./disk/program-figures.js";
import type { CaseResult, Results } from "./disk/results.js";
import { PROGRAMS } from "./disk/select-cases.js";
import type { GrowthResults } from "./growth/growth-results.js";
import { growthSteps } from "./growth/growth-steps.js";
import type { BenchOptions } from "./options.js";
import { runSteps, type Step } from "./run-steps.js";

const INTERRUPTED = 130;

/** What to measure. */
export interface Plan {
  readonly cases: readonly BenchCase[];
  /** So many starts of both programs, and their memory; 0: none of it. */
  readonly starts: number;
  readonly growth: boolean;
}

/**
 * Measures; everything that it started or wrote is gone afterwards.
 *
 * @throws Error where the peers are missing, or a client failed
 */
export async function measure(plan: Plan, options: BenchOptions): Promise<Results> {
  const folder = await BenchFolder.open();
  const backends = new Backends(folder, { ...options, pin: options.pin === true });
  const interrupt = () => void folder.close().finally(() => process.exit(INTERRUPTED));
  process.once("SIGINT", interrupt);
  try {
    return await measureIn(folder, backends, plan, options);
  } finally {
    process.off("SIGINT", interrupt);
    await backends.stop();
    await folder.close();
  }
}

async function measureIn(
  folder: BenchFolder,
  backends: Backends,
  plan: Plan,
  { rounds, seconds, only, peerAio, ours, pin = false }: BenchOptions,
): Promise<Results> {
  const cases: CaseResult[] = [];
  const found: { programs?: NonNullable<Results["programs"]>; growth?: GrowthResults } = {};
  const programs: Step = {
    title: PROGRAMS,
    run: async () => {
      await backends.stop();
      found.programs = await measurePrograms(folder, plan.starts, { peerAio, ours, pin });
      const { ours: own, peer } = found.programs;
      return `${own.startUs.median / 1e3} ms, peer ${peer.startUs.median / 1e3} ms`;
    },
  };
  const round = { rounds, seconds, pin };
  if (plan.growth) found.growth = {};
  await runSteps([
    ...caseSteps(folder, backends, plan.cases, round, cases),
    ...(plan.starts > 0 ? [programs] : []),
    ...(found.growth === undefined
      ? []
      : growthSteps(folder, backends, round, found.growth, plan.cases.length === 0 ? only : undefined)),
  ]);
  return { machine: describeMachine(pin), rounds, seconds, cases, ...found };
}
