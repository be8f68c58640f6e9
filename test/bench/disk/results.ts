import type { GrowthResults } from "../growth/growth-results.js";
import { ratioOf, type Spread, spreadOf } from "../report/statistics.js";
import { type BenchCase, nameOf } from "./bench-case.js";
import type { Machine } from "./machine.js";

/** Nanoseconds from the submission of a request to its completion, as the client sees it. */
export interface Latency {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What a client saw in one go. */
export interface ClientRun {
  readonly iops: number;
  /** Processor time of the backend, all its threads. */
  readonly cpuNsPerRequest?: number;
  readonly latencyNs?: Latency;
}

/** One backend in all rounds of a case. */
export interface Side {
  readonly iops: Spread;
  readonly cpuNsPerRequest?: Spread;
  /** By percentile, the spread over the rounds. */
  readonly latencyNs?: Readonly<Record<keyof Latency, Spread>>;
}

export interface CaseResult {
  readonly name: string;
  readonly case: BenchCase;
  readonly ours: Side;
  readonly peer: Side;
  /** Ours to peer. */
  readonly ratios: { readonly iops: number; readonly cpu?: number };
}

/** A program without requests. */
export interface ProgramFigures {
  /** From its start until somebody can connect. */
  readonly startUs: Spread;
  readonly idleBytes: number;
}

export interface Results {
  readonly machine: Machine;
  readonly rounds: number;
  readonly seconds: number;
  readonly cases: readonly CaseResult[];
  readonly programs?: { readonly ours: ProgramFigures; readonly peer: ProgramFigures };
  readonly growth?: GrowthResults;
}

/** @throws RangeError where no client ran */
export function caseResult(each: BenchCase, ours: readonly ClientRun[], peer: readonly ClientRun[]): CaseResult {
  const sides = { ours: sideOf(ours), peer: sideOf(peer) };
  const iops = ratioOf(sides.ours.iops, sides.peer.iops);
  const [own, other] = [sides.ours.cpuNsPerRequest, sides.peer.cpuNsPerRequest];
  const cpu = own && other && ratioOf(own, other);
  return { name: nameOf(each), case: each, ...sides, ratios: cpu === undefined ? { iops } : { iops, cpu } };
}

/** Several runs as one; of what was measured twice, the later counts. */
export function merged(all: readonly Results[]): Results {
  const last = all.at(-1);
  if (last === undefined) throw new RangeError("there are no results");
  const cases = new Map(all.flatMap((results) => results.cases.map((each) => [each.name, each])));
  const programs = all.findLast((results) => results.programs !== undefined)?.programs;
  const growth = Object.assign({}, ...all.map((results) => results.growth)) as GrowthResults;
  return { ...last, cases: [...cases.values()], ...(programs && { programs }), growth };
}

/** @throws RangeError where no client ran */
export function sideOf(runs: readonly ClientRun[]): Side {
  const cpu = runs.flatMap(({ cpuNsPerRequest }) => cpuNsPerRequest ?? []);
  const latencies = runs.flatMap(({ latencyNs }) => latencyNs ?? []);
  const percentile = (key: keyof Latency) => spreadOf(latencies.map((latency) => latency[key]));
  return {
    iops: spreadOf(runs.map(({ iops }) => iops)),
    ...(cpu.length > 0 && { cpuNsPerRequest: spreadOf(cpu) }),
    ...(latencies.length > 0 && {
      latencyNs: {
        p50: percentile("p50"),
        p90: percentile("p90"),
        p99: percentile("p99"),
        p999: percentile("p999"),
        max: percentile("max"),
      },
    }),
  };
}
