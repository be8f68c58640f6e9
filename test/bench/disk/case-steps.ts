import { count } from "../report/format.js";
import type { Step } from "../run-steps.js";
import { type BackendOptions, type BackendPair, startPair } from "./backends.js";
import { type BenchCase, nameOf, type Setup } from "./bench-case.js";
import type { BenchFolder } from "./bench-folder.js";
import type { CaseResult } from "./results.js";
import { type RoundOptions, runRounds } from "./run-rounds.js";

/** Backends that stay up while cases want them. */
export class Backends {
  readonly #folder: BenchFolder;
  readonly #options: BackendOptions;
  #setup = "";
  #pair: BackendPair | undefined;

  constructor(folder: BenchFolder, options: BackendOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /** Those for a setup; others are stopped. */
  async of({ medium, queues, threads }: Setup): Promise<BackendPair> {
    const wanted = JSON.stringify({ medium, queues, threads });
    if (this.#pair !== undefined && this.#setup === wanted) return this.#pair;
    await this.stop();
    this.#pair = await startPair(this.#folder, { medium, queues, threads }, this.#options);
    this.#setup = wanted;
    return this.#pair;
  }

  async stop(): Promise<void> {
    await this.#pair?.stop();
    this.#pair = undefined;
  }
}

/** A step for each case; what they find is added to `results`. */
export function caseSteps(
  folder: BenchFolder,
  backends: Backends,
  cases: readonly BenchCase[],
  options: RoundOptions,
  results: CaseResult[],
): Step[] {
  return cases.map((each) => ({
    title: nameOf(each),
    run: async (progress) => {
      progress("starting backends");
      const result = await runRounds(folder, await backends.of(each), each, options, progress);
      results.push(result);
      const { ours, peer, ratios } = result;
      const cpu = ratios.cpu === undefined ? "" : `, processor time ${ratios.cpu.toFixed(2)}`;
      return `${count(ours.iops.median)} / ${count(peer.iops.median)} IOPS = ${ratios.iops.toFixed(2)}${cpu}`;
    },
  }));
}
