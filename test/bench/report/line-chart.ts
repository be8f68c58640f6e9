import { count } from "./format.js";
import { linearScale, logarithmicScale, type Scale } from "./scale.js";
import { element, label, line, picture, SERIES_MAX } from "./svg.js";

export interface LineChart {
  readonly title: string;
  readonly xAxis: string;
  readonly yAxis: string;
  readonly series: readonly { readonly name: string; readonly points: readonly (readonly [number, number])[] }[];
}

const WIDTH = 760;
const HEIGHT = 340;
const LEFT = 76;
const RIGHT = 730;
const TOP = 64;
const BOTTOM = 286;

/** Lines over an axis of doublings; the other axis begins at zero. */
export function lineChart(chart: LineChart): string {
  const { series } = chart;
  if (series.length > SERIES_MAX) throw new RangeError(`${series.length} series, there are ${SERIES_MAX} colours`);
  const points = series.flatMap((each) => each.points);
  const xs = logarithmicScale(
    points.map(([x]) => x),
    LEFT + 14,
    RIGHT - 14,
  );
  const ys = linearScale(Math.max(...points.map(([, y]) => y)), BOTTOM, TOP);
  return picture(WIDTH, HEIGHT, chart.title, [
    label(12, 22, chart.title, { class: "title" }),
    ...axes(xs, ys, chart),
    ...series.flatMap((each, i) => [...legend(each.name, i), ...drawLine(each.points, i, xs, ys)]),
  ]);
}

function axes(xs: Scale, ys: Scale, { xAxis, yAxis }: LineChart): string[] {
  const middle = (TOP + BOTTOM) / 2;
  const anchor = { "text-anchor": "middle" };
  return [
    ...ys.ticks.flatMap((tick) => [
      line(LEFT, ys.place(tick), RIGHT, ys.place(tick), "grid"),
      label(LEFT - 8, ys.place(tick) + 4, count(tick), { "text-anchor": "end", class: "small" }),
    ]),
    ...xs.ticks.map((tick) => label(xs.place(tick), BOTTOM + 18, String(tick), { ...anchor, class: "small" })),
    line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis"),
    label((LEFT + RIGHT) / 2, BOTTOM + 40, xAxis, anchor),
    label(18, middle, yAxis, { ...anchor, transform: `rotate(-90 18 ${middle})` }),
  ];
}

function legend(name: string, series: number): string[] {
  const x = LEFT + series * 220;
  return [element("rect", { x, y: 36, width: 11, height: 11, class: `s${series}` }), label(x + 17, 46, name)];
}

function drawLine(points: LineChart["series"][number]["points"], series: number, xs: Scale, ys: Scale): string[] {
  const places = points.map(([x, y]) => [xs.place(x), ys.place(y)] as const);
  const path = places.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  return [
    element("polyline", { points: path, class: `s${series} path` }),
    ...places.map(([cx, cy]) => element("circle", { cx, cy, r: 3.5, class: `s${series}` })),
  ];
}
