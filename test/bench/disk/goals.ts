import type { Table } from "../report/table.js";
import { type BenchCase, DEPTHS, nameOf } from "./bench-case.js";
import type { CaseResult, Results } from "./results.js";

/** A row of the table of goals: what is compared, and the least or most that the ratio may be at each depth. */
interface Goal {
  readonly name: string;
  readonly of: Omit<BenchCase, "depth">;
  readonly ratio: "iops" | "cpu";
  readonly bounds: readonly (number | undefined)[];
}

const read4k = { client: "load", write: false, kib: 4, queues: 1, threads: 0 } as const;
const cached = [2, 3, 1.5, 1.5];
const direct = [0.95, 0.95, 0.95, 0.95];

const GOALS: readonly Goal[] = [
  { name: "null IOPS, load", of: { ...read4k, medium: "null" }, ratio: "iops", bounds: [1.8, 7, 3, 3] },
  {
    name: "null IOPS, qemu-img bench",
    of: { ...read4k, medium: "null", client: "qemu-img" },
    ratio: "iops",
    bounds: [2, 2.5, 1.05, 1.05],
  },
  { name: "buffered reads IOPS, cached", of: { ...read4k, medium: "buffered" }, ratio: "iops", bounds: cached },
  { name: "buffered writes IOPS", of: { ...read4k, medium: "buffered", write: true }, ratio: "iops", bounds: cached },
  { name: "O_DIRECT reads IOPS", of: { ...read4k, medium: "direct" }, ratio: "iops", bounds: direct },
  { name: "O_DIRECT writes IOPS", of: { ...read4k, medium: "direct", write: true }, ratio: "iops", bounds: direct },
  { name: "null CPU per request, load", of: { ...read4k, medium: "null" }, ratio: "cpu", bounds: [1, 0.6, 0.6, 0.6] },
  {
    name: "buffered 128 KiB reads IOPS",
    of: { ...read4k, medium: "buffered", kib: 128 },
    ratio: "iops",
    bounds: [undefined, 1.5, undefined, undefined],
  },
];

/** Milliseconds from the start to a socket that can be connected to. */
const START_MS_MAX = 60;
/** Bytes of resident memory, idle. */
const RSS_MAX = 45e6;

/** The goal of a case's IOPS ratio, where it has one. */
export function iopsGoalOf(each: BenchCase): number | undefined {
  return boundOf("iops", each);
}

/** The goal of a case's ratio of processor time a request, where it has one. */
export function cpuGoalOf(each: BenchCase): number | undefined {
  return boundOf("cpu", each);
}

/** Ratios ours to peer beside their goals. */
export function goalTable(results: Results): Table {
  const byName = new Map(results.cases.map((each) => [nameOf(each.case), each]));
  const rows = GOALS.map(({ name, of, ratio, bounds }) => [
    name,
    ...DEPTHS.map((depth, i) => verdict(byName.get(nameOf({ ...of, depth })), ratio, bounds[i])),
  ]);
  return { title: "Ratios ours to peer, with the goals", head: ["4 KiB, one queue", ...DEPTHS.map(depthName)], rows };
}

/** What is no ratio: start-up and memory. */
export function absoluteTable({ programs }: Results): Table {
  const { ours, peer } = programs ?? {};
  const ms = (us: number | undefined) => (us === undefined ? undefined : us / 1e3);
  const mb = (bytes: number | undefined) => (bytes === undefined ? undefined : bytes / 1e6);
  const start = [ms(ours?.startUs.median), ms(peer?.startUs.median)] as const;
  const idle = [mb(ours?.idleBytes), mb(peer?.idleBytes)] as const;
  return {
    title: "Start and memory, without requests",
    head: ["", "ours", "goal", "peer"],
    rows: [
      ["start to a connectable socket, ms", plain(start[0]), most(start[0], START_MS_MAX), plain(start[1])],
      ["idle resident memory, MB", plain(idle[0]), most(idle[0], RSS_MAX / 1e6), plain(idle[1])],
    ],
  };
}

function boundOf(ratio: Goal["ratio"], { depth, ...rest }: BenchCase): number | undefined {
  const goal = GOALS.find(
    (each) => each.ratio === ratio && nameOf({ ...each.of, depth }) === nameOf({ ...rest, depth }),
  );
  return goal?.bounds[DEPTHS.indexOf(depth as (typeof DEPTHS)[number])];
}

function verdict(result: CaseResult | undefined, ratio: Goal["ratio"], bound: number | undefined): string {
  const value = result?.ratios?.[ratio];
  if (bound === undefined) return "";
  if (value === undefined) return `not run (${ratio === "iops" ? ">=" : "<="} ${bound})`;
  const isMet = ratio === "iops" ? value >= bound : value <= bound;
  return `${value.toFixed(2)} (${ratio === "iops" ? ">=" : "<="} ${bound}) ${isMet ? "met" : "missed"}`;
}

function most(value: number | undefined, bound: number): string {
  return value === undefined ? `<= ${bound}` : `<= ${bound} ${value <= bound ? "met" : "missed"}`;
}

function plain(value: number | undefined): string {
  return value === undefined ? "not run" : value.toFixed(1);
}

function depthName(depth: number): string {
  return `depth ${depth}`;
}
