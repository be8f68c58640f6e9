import type { BackendPair } from "./backends.js";
import type { BenchCase } from "./bench-case.js";
import type { BenchFolder } from "./bench-folder.js";
import { type ClientOptions, QemuImg, runLoad } from "./clients.js";
import { type CaseResult, type ClientRun, caseResult } from "./results.js";

export interface RoundOptions extends ClientOptions {
  readonly rounds: number;
}

type SideName = "ours" | "peer";

/**
 * Runs a case: clients in front of both backends in turn, who begins changes from round to round.
 *
 * @throws Error that says in front of whom, where a client fails
 */
export async function runRounds(
  folder: BenchFolder,
  pair: BackendPair,
  each: BenchCase,
  options: RoundOptions,
  progress: (text: string) => void,
): Promise<CaseResult> {
  const runs: Record<SideName, ClientRun[]> = { ours: [], peer: [] };
  const clients = { ours: new QemuImg(), peer: new QemuImg() };
  for (let round = 0; round < options.rounds; round++) {
    progress(`round ${round + 1} of ${options.rounds}`);
    for (const side of round % 2 === 0 ? (["peer", "ours"] as const) : (["ours", "peer"] as const)) {
      try {
        const isLoad = each.client === "load";
        const run = isLoad
          ? runLoad(folder, pair[side], each, options)
          : clients[side].run(folder, pair[side], each, options);
        runs[side].push(await run);
      } catch (error) {
        throw new Error(`${side}: ${(error as Error).message}`, { cause: error });
      }
    }
  }
  return caseResult(each, runs.ours, runs.peer);
}
