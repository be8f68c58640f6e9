import type { BackendPair } from "../disk/backends.js";
import type { BenchFolder } from "../disk/bench-folder.js";
import { runLoad } from "../disk/clients.js";
import { type ClientRun, sideOf } from "../disk/results.js";
import type { RoundOptions } from "../disk/run-rounds.js";
import type { RegionsRow } from "./growth-results.js";

/** With the client's own, up to as many as a backend takes. */
export const REGIONS = [2, 8, 32, 128, 509] as const;

const LOAD = { kib: 4, depth: 16, write: false, queues: 1 } as const;

/** Requests without I/O, each with its buffer in another region than the one before. */
export async function measureRegions(
  folder: BenchFolder,
  pair: BackendPair,
  regions: number,
  options: RoundOptions,
): Promise<RegionsRow> {
  const more = ["--regions", String(regions - 1)];
  const runs: { ours: ClientRun[]; peer: ClientRun[] } = { ours: [], peer: [] };
  for (let round = 0; round < options.rounds; round++) {
    for (const side of ["peer", "ours"] as const)
      runs[side].push(await runLoad(folder, pair[side], LOAD, options, more));
  }
  return { regions, ours: sideOf(runs.ours), peer: sideOf(runs.peer) };
}
