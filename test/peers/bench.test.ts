import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { Results } from "../bench/disk/results.js";
import { charts } from "../bench/report/charts.js";
import { flawOf } from "../bench/report/well-formed.js";
import { describeWithPeers } from "./peers.js";
import { test } from "./workspace.js";

const program = fileURLToPath(new URL("../../dist/test/bench/main.js", import.meta.url));
const short = ["--rounds=1", "--seconds=0.05"];

function bench(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
}

/** The same shape, whatever the figures are. */
const spread = { median: expect.any(Number), min: expect.any(Number), max: expect.any(Number) };
const latencyNs = { p50: spread, p90: spread, p99: spread, p999: spread, max: spread };
const side = { iops: spread, cpuNsPerRequest: spread, latencyNs };

describeWithPeers("the benchmark", () => {
  test("measures cases beside the peer", ({ workspace }) => {
    const file = workspace.path("cases.json");
    const names = "^(null-load-read-4k-d1|null-qemu-img-read-4k-d16|buffered-load-write-128k-d16-2q)$";
    const { status, stdout, stderr } = bench("--only", names, ...short, "--json", file);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/null IOPS, load +\d+\.\d\d \(>= 1\.8\) (met|missed)/);
    const results = JSON.parse(readFileSync(file, "utf8")) as Results;
    const [load, qemuImg, twoQueues] = results.cases;
    expect(load).toMatchObject({ name: "null-load-read-4k-d1", ours: side, peer: side });
    expect(qemuImg).toMatchObject({
      name: "null-qemu-img-read-4k-d16",
      ours: { iops: spread },
      peer: { iops: spread },
    });
    expect(twoQueues).toMatchObject({ ours: side, peer: side, ratios: { iops: expect.any(Number) } });
    const percentiles = Object.values(load?.ours.latencyNs ?? {}).map(({ median }) => median);
    expect(percentiles).toEqual([...percentiles].sort((a, b) => a - b));
    expect(charts(results).map(({ svg }) => flawOf(svg))).toEqual([undefined, undefined]);
  });

  test("measures growth", ({ workspace }) => {
    const file = workspace.path("growth.json");
    const { status, stderr } = bench(
      "growth",
      "--only",
      "^(processes|devices)-(1|8)$|^descriptors-16$|^regions-8$",
      ...short,
      "--json",
      file,
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { growth } = JSON.parse(readFileSync(file, "utf8")) as Results;
    const row = { residentBytes: expect.any(Number), idleUsPerSecond: expect.any(Number) };
    expect(growth).toMatchObject({
      processes: [1, 8].map((devices) => ({ devices, ...row })),
      devices: [1, 8].map((devices) => ({ devices, ...row, busy: side })),
      descriptors: [{ descriptors: 16, directNs: expect.any(Number), indirectNs: expect.any(Number) }],
      regions: [{ regions: 8, ours: side, peer: side }],
    });
  });

  test("fails by the name of the case whose client fails", () => {
    const { status, stderr } = bench("--only", "^null-load-write-4k-d1$", ...short, "--ours=--read-only");
    expect({ status, stderr }).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("null-load-write-4k-d1: ours: "),
    });
  });
});
