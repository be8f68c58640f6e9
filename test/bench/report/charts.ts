import { DEPTHS, nameOf } from "../disk/bench-case.js";
import { cpuGoalOf, iopsGoalOf } from "../disk/goals.js";
import type { CaseResult, Results } from "../disk/results.js";
import { barChart } from "./bar-chart.js";
import { lineChart } from "./line-chart.js";

/** A picture of the document. */
export interface Chart {
  readonly file: string;
  /** What it shows, for those who do not see it. */
  readonly alt: string;
  readonly svg: string;
}

/** Pictures of what was measured. */
export function charts({ cases, growth = {} }: Results): Chart[] {
  const withCpu = cases.filter(({ ratios }) => ratios.cpu !== undefined);
  const { processes = [], devices = [], descriptors = [], regions = [] } = growth;
  const found = [
    cases.length > 0 && iopsChart(cases),
    withCpu.length > 0 && cpuChart(withCpu),
    devices.length > 0 &&
      growthChart("devices", "Resident memory a device", "devices", "MiB a device", [
        ["a process each", processes.map((row) => [row.devices, row.residentBytes / 2 ** 20])],
        ["one process", devices.map((row) => [row.devices, row.residentBytes / 2 ** 20])],
      ]),
    descriptors.length > 0 &&
      growthChart("descriptors", "Time of a request", "descriptors of a request", "ns a request", [
        ["direct", descriptors.map((row) => [row.descriptors, row.directNs])],
        ["indirect", descriptors.map((row) => [row.descriptors, row.indirectNs])],
      ]),
    regions.length > 0 &&
      growthChart("regions", "Requests over many memory regions", "memory regions", "IOPS", [
        ["ours", regions.map((row) => [row.regions, row.ours.iops.median])],
        ["qemu-storage-daemon", regions.map((row) => [row.regions, row.peer.iops.median])],
      ]),
  ];
  return found.filter((chart) => chart !== false);
}

function iopsChart(cases: readonly CaseResult[]): Chart {
  const title = "Requests a second, ours to qemu-storage-daemon";
  const axis = "ratio of IOPS, more is better; strokes are goals";
  const bar = (each: CaseResult) => withGoal(each.ratios.iops, iopsGoalOf(each.case));
  return { file: "iops.svg", alt: title, svg: ratioChart(title, axis, cases, bar) };
}

function cpuChart(cases: readonly CaseResult[]): Chart {
  const title = "Processor time a request, ours to qemu-storage-daemon";
  const axis = "ratio of processor time, less is better; strokes are goals";
  const bar = (each: CaseResult) => withGoal(each.ratios.cpu ?? 0, cpuGoalOf(each.case));
  return { file: "processor-time.svg", alt: title, svg: ratioChart(title, axis, cases, bar) };
}

function ratioChart(
  title: string,
  axis: string,
  cases: readonly CaseResult[],
  bar: (each: CaseResult) => { value: number; goal?: number },
): string {
  const byName = new Map(cases.map((each) => [each.name, each]));
  const groups = new Map(cases.map(({ case: each }) => [nameOf({ ...each, depth: 0 }).replace("-d0", ""), each]));
  return barChart({
    title,
    axis,
    series: DEPTHS.map((depth) => `depth ${depth}`),
    groups: [...groups].map(([name, each]) => ({
      name,
      bars: DEPTHS.map((depth) => {
        const result = byName.get(nameOf({ ...each, depth }));
        return result && bar(result);
      }),
    })),
  });
}

function growthChart(
  name: string,
  title: string,
  xAxis: string,
  yAxis: string,
  lines: readonly (readonly [string, [number, number][]])[],
): Chart {
  const series = lines.filter(([, points]) => points.length > 0).map(([name, points]) => ({ name, points }));
  return { file: `growth-${name}.svg`, alt: title, svg: lineChart({ title, xAxis, yAxis, series }) };
}

function withGoal(value: number, goal: number | undefined): { value: number; goal?: number } {
  return goal === undefined ? { value } : { value, goal };
}
