import type { BenchFolder } from "../disk/bench-folder.js";
import type { Backends } from "../disk/case-steps.js";
import type { RoundOptions } from "../disk/run-rounds.js";
import { count, mebibytes } from "../report/format.js";
import type { Step } from "../run-steps.js";
import { DATA_DESCRIPTORS, measureDescriptors } from "./descriptors.js";
import { DEVICES, measureDevices, measureProcesses, processCounts } from "./devices.js";
import type { DescriptorsRow, DevicesRow, GrowthResults, RegionsRow } from "./growth-results.js";
import { measureRegions, REGIONS } from "./regions.js";

/** What is being filled in. */
type Growing = { -readonly [Key in keyof GrowthResults]: GrowthResults[Key] };

/** Steps that find out how cost grows; what they find is added to `results`. */
export function growthSteps(
  folder: BenchFolder,
  backends: Backends,
  options: RoundOptions,
  results: Growing,
  only: RegExp = /./,
): Step[] {
  const processes: Step[] = processCounts().map((devices) => ({
    title: `processes-${devices}`,
    run: async () => told(keep(results, "processes", await measureProcesses(folder, devices))),
  }));
  const inOne: Step[] = DEVICES.map((devices) => ({
    title: `devices-${devices}`,
    run: async () => told(keep(results, "devices", await measureDevices(folder, devices, options))),
  }));
  const descriptors: Step[] = DATA_DESCRIPTORS.map((data) => ({
    title: `descriptors-${data + 2}`,
    run: async () => {
      const { directNs, indirectNs } = keep(results, "descriptors", measureDescriptors(data, options.rounds));
      return `${directNs.toFixed(0)} ns direct, ${indirectNs.toFixed(0)} ns indirect`;
    },
  }));
  const regions: Step[] = REGIONS.map((number) => ({
    title: `regions-${number}`,
    run: async () => {
      const pair = await backends.of({ medium: "null", queues: 1, threads: 0 });
      const { ours, peer } = keep(results, "regions", await measureRegions(folder, pair, number, options));
      return `${count(ours.iops.median)} / ${count(peer.iops.median)} IOPS`;
    },
  }));
  return [...processes, ...inOne, ...descriptors, ...regions].filter(({ title }) => only.test(title));
}

interface Rows {
  processes: DevicesRow;
  devices: DevicesRow;
  descriptors: DescriptorsRow;
  regions: RegionsRow;
}

function keep<Key extends keyof Rows>(results: Growing, key: Key, row: Rows[Key]): Rows[Key] {
  const rows: readonly unknown[] = results[key] ?? [];
  Object.assign(results, { [key]: [...rows, row] });
  return row;
}

function told({ residentBytes, idleUsPerSecond, busy }: DevicesRow): string {
  const iops = busy === undefined ? "" : `, ${count(busy.iops.median)} IOPS`;
  return `${mebibytes(residentBytes)} MiB and ${idleUsPerSecond.toFixed(0)} µs a second and device${iops}`;
}
