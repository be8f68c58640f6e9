import { describe, expect, test } from "vitest";
import { barChart } from "./bar-chart.js";
import { lineChart } from "./line-chart.js";
import { linearScale, logarithmicScale } from "./scale.js";
import { flawOf } from "./well-formed.js";

const bars = {
  title: "Apples & <pears>",
  axis: "ratio",
  series: ["one", "two"],
  groups: [
    { name: 'a "group"', bars: [{ value: 0.5 }, { value: 3, goal: 2 }] },
    { name: "half measured", bars: [undefined, { value: 1.25 }] },
  ],
};

const lines = {
  title: "Growth",
  xAxis: "things",
  yAxis: "ns a thing",
  series: [
    { name: "short", points: [[1, 10] as const] },
    { name: "long", points: [[1, 20] as const, [1024, 40_000] as const] },
  ],
};

describe("pictures", () => {
  test.each([
    ["bars", barChart(bars)],
    ["lines", lineChart(lines)],
    ["one point", lineChart({ ...lines, series: lines.series.slice(0, 1) })],
  ])("of %s are well-formed and have numbers for places", (_, svg) => {
    expect(flawOf(svg)).toBeUndefined();
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(svg).toContain("prefers-color-scheme:dark");
  });

  test("of bars have a bar for each value, and a stroke for each goal", () => {
    const svg = barChart(bars);
    expect(svg.match(/<rect [^>]*class="s\d"/g)).toHaveLength(bars.series.length + 3);
    expect(svg.match(/class="goal"/g)).toHaveLength(1);
    expect(svg).toContain("Apples &amp; &lt;pears&gt;");
    expect(svg).toContain(">ratio<");
  });

  test("of lines name both axes and all series", () => {
    const svg = lineChart(lines);
    for (const words of ["things", "ns a thing", "short", "long", "1024", "40.0k"]) expect(svg).toContain(`>${words}<`);
  });

  test.each([barChart, lineChart])("with more series than colours are refused: %o", (draw) => {
    const series = Array.from({ length: 5 }, () => ({ name: "x", points: [[1, 1] as const] }));
    expect(() => draw({ ...bars, ...lines, series } as never)).toThrow(RangeError);
  });
});

test.each(["<a>", "<a></b>", '<a b="<"/>', "<a>&</a>", "a<b/>", "<a/>>"])("%s is not well-formed", (xml) => {
  expect(flawOf(xml)).toBeDefined();
});

describe("scales", () => {
  test.each([
    [1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [7.3, [0, 2, 4, 6, 8]],
    [40_000, [0, 10_000, 20_000, 30_000, 40_000]],
  ])("up to %d", (max, ticks) => {
    const scale = linearScale(max, 100, 200);
    expect(scale.ticks).toEqual(ticks);
    expect([scale.place(0), scale.place(ticks.at(-1) as number)]).toEqual([100, 200]);
  });

  test("of factors", () => {
    const scale = logarithmicScale([64, 1, 8, 8], 0, 300);
    expect(scale.ticks).toEqual([1, 8, 64]);
    expect(scale.ticks.map(scale.place).map(Math.round)).toEqual([0, 150, 300]);
  });
});
