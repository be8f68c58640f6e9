import { describe, expect, test } from "vitest";
import { measuredSection, replaceMeasured, summary } from "../report/document.js";
import { allCases, goalCases, nameOf } from "./bench-case.js";
import { cpuGoalOf, iopsGoalOf } from "./goals.js";
import { type ClientRun, caseResult, merged, type Results } from "./results.js";

const machine = {
  processor: "abacus",
  processors: 2,
  governor: "none",
  kernel: "6",
  node: "20",
  peer: "qemu-storage-daemon 11",
  fileSystem: "ext4",
  placement: "nothing pinned",
};
const latencyNs = { p50: 1e4, p90: 2e4, p99: 3e4, p999: 4e4, max: 5e4 };
const fast: ClientRun[] = [200e3, 300e3, 250e3].map((iops) => ({ iops, cpuNsPerRequest: 2e8 / iops, latencyNs }));
const slow: ClientRun[] = [100e3, 110e3, 90e3].map((iops) => ({ iops, cpuNsPerRequest: 1e8 / iops, latencyNs }));
const results: Results = {
  machine,
  rounds: 3,
  seconds: 1,
  cases: goalCases().map((each) => caseResult(each, fast, slow)),
};

describe("cases", () => {
  test("have names of their own", () => {
    const names = allCases().map(nameOf);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain("null-load-read-4k-d1");
    expect(names).toContain("direct-load-write-128k-d128-2q-2t");
  });

  test("of the goals are in the matrix, and each has a goal", () => {
    const names = new Set(allCases().map(nameOf));
    expect(goalCases().filter((each) => !names.has(nameOf(each)))).toEqual([]);
    expect(goalCases().filter((each) => iopsGoalOf(each) === undefined)).toEqual([]);
    expect(goalCases().filter((each) => cpuGoalOf(each) !== undefined)).toHaveLength(4);
  });
});

describe("results", () => {
  test("are ratios of medians", () => {
    expect(results.cases[0]).toMatchObject({
      ours: { iops: { median: 250e3, min: 200e3, max: 300e3 }, latencyNs: { p99: { median: 3e4 } } },
      ratios: { iops: 2.5, cpu: 0.8 },
    });
  });

  test("meet goals or miss them", () => {
    const text = summary(results, false);
    expect(text).toMatch(/null IOPS, load +2\.50 \(>= 1\.8\) met +2\.50 \(>= 7\) missed/);
    expect(text).toMatch(/null CPU per request, load +0\.80 \(<= 1\) met +0\.80 \(<= 0\.6\) missed/);
  });

  test("of several runs are one; the later counts", () => {
    const [first] = goalCases();
    const again: Results = { ...results, cases: [caseResult(first as never, slow, slow)], growth: { descriptors: [] } };
    const all = merged([results, again]);
    expect(all.cases.map(({ ratios }) => ratios.iops)).toEqual([1, ...results.cases.slice(1).map(() => 2.5)]);
    expect(all.growth).toEqual({ descriptors: [] });
    expect(() => merged([])).toThrow(RangeError);
  });
});

describe("the document", () => {
  const begin = "<!-- written by npm run bench, from here -->";
  const end = "<!-- to here -->";

  test("keeps what was written by hand, and can be written again", () => {
    const once = replaceMeasured(`before\n${begin}\nold\n${end}\nafter\n`, measuredSection(results));
    expect(once).toMatch(/^before\n.*\nafter\n$/s);
    expect(once).not.toContain("old");
    expect(once).toContain("![Requests a second, ours to qemu-storage-daemon](performance/iops.svg)");
    expect(replaceMeasured(once, measuredSection(results))).toBe(once);
  });

  test.each(["nothing", end + begin, begin])("has a place for it, unlike %j", (text) => {
    expect(() => replaceMeasured(text, "")).toThrow(/no lines/);
  });
});
