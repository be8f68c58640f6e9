import type { CaseResult, Latency, Results, Side } from "../disk/results.js";
import { count, mebibytes, microseconds, spread } from "./format.js";
import type { Table } from "./table.js";

const PERCENTILES: readonly (keyof Latency)[] = ["p50", "p90", "p99", "p999", "max"];

/** Everything that was measured of the cases, and of growth: tables without rows are left out. */
export function resultTables({ cases, growth }: Results): Table[] {
  const tables = [iopsTable(cases), cpuTable(cases), latencyTable(cases), ...growthTables(growth ?? {})];
  return tables.filter(({ rows }) => rows.length > 0);
}

function iopsTable(cases: readonly CaseResult[]): Table {
  return {
    title: "Requests a second: median (least to most of the rounds)",
    head: ["case", "ours", "peer", "ratio"],
    rows: cases.map(({ name, ours, peer, ratios }) => [
      name,
      spread(ours.iops, count),
      spread(peer.iops, count),
      ratios.iops.toFixed(2),
    ]),
  };
}

function cpuTable(cases: readonly CaseResult[]): Table {
  return {
    title: "Processor time of the backend a request, µs: median (least to most of the rounds)",
    head: ["case", "ours", "peer", "ratio"],
    rows: cases.flatMap(({ name, ours, peer, ratios }) => {
      if (ours.cpuNsPerRequest === undefined || peer.cpuNsPerRequest === undefined) return [];
      const columns = [ours.cpuNsPerRequest, peer.cpuNsPerRequest].map((ns) => spread(ns, microseconds));
      return [[name, ...columns, ratios.cpu?.toFixed(2) ?? ""]];
    }),
  };
}

function latencyTable(cases: readonly CaseResult[]): Table {
  return {
    title: "Latency at depth 1, µs: medians of the rounds, ours / peer",
    head: ["case", "p50", "p90", "p99", "p99.9", "max"],
    rows: cases.flatMap(({ name, case: { depth }, ours, peer }) => {
      const [own, other] = [ours.latencyNs, peer.latencyNs];
      if (depth !== 1 || own === undefined || other === undefined) return [];
      return [
        [name, ...PERCENTILES.map((key) => `${microseconds(own[key].median)} / ${microseconds(other[key].median)}`)],
      ];
    }),
  };
}

function growthTables({
  processes = [],
  devices = [],
  descriptors = [],
  regions = [],
}: NonNullable<Results["growth"]>) {
  return [
    {
      title: "Devices, a process for each",
      head: ["devices", "MiB resident a device", "shared parts once", "idle, µs of processor a second and device"],
      rows: processes.map((row) => [
        String(row.devices),
        ...[row.residentBytes, row.proportionalBytes].map(mebibytes),
        row.idleUsPerSecond.toFixed(0),
      ]),
    },
    {
      title: "Devices in one process, one of them busy: null reads of 4 KiB at depth 16",
      head: [
        "devices",
        "MiB resident a device",
        "shared parts once",
        "idle, µs of processor a second and device",
        "IOPS",
        "µs of processor a request",
      ],
      rows: devices.map((row) => [
        String(row.devices),
        ...[row.residentBytes, row.proportionalBytes].map(mebibytes),
        row.idleUsPerSecond.toFixed(0),
        row.busy === undefined ? "" : spread(row.busy.iops, count),
        cpuOf(row.busy),
      ]),
    },
    {
      title: "Descriptors of a request of 4 KiB, on plain memory, nothing copied",
      head: ["descriptors", "direct, ns", "a descriptor", "indirect, ns", "a descriptor"],
      rows: descriptors.map((row) => [
        String(row.descriptors),
        ...[row.directNs, row.indirectNs].flatMap((ns) => [ns.toFixed(0), (ns / row.descriptors).toFixed(1)]),
      ]),
    },
    {
      title: "Memory regions, buffers in each of them in turn: null reads of 4 KiB at depth 16",
      head: ["regions", "IOPS, ours", "IOPS, peer", "µs of processor a request, ours", "peer"],
      rows: regions.map(({ regions, ours, peer }) => [
        String(regions),
        spread(ours.iops, count),
        spread(peer.iops, count),
        cpuOf(ours),
        cpuOf(peer),
      ]),
    },
  ];
}

function cpuOf(side: Side | undefined): string {
  return side?.cpuNsPerRequest === undefined ? "" : microseconds(side.cpuNsPerRequest.median);
}
