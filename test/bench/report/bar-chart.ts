import { figure } from "./format.js";
import { linearScale, type Scale } from "./scale.js";
import { element, label, line, picture, SERIES_MAX } from "./svg.js";

export interface BarChart {
  readonly title: string;
  /** What the bars' lengths are, with the unit. */
  readonly axis: string;
  /** Names of the bars within a group. */
  readonly series: readonly string[];
  readonly groups: readonly {
    readonly name: string;
    /** By series; a bar that was not measured is left out. */
    readonly bars: readonly ({ readonly value: number; readonly goal?: number } | undefined)[];
  }[];
}

const WIDTH = 760;
const LEFT = 230;
const RIGHT = 60;
const TOP = 64;
const BAR = 13;
const GAP = 14;
const BOTTOM = 44;
/** Width of a bar's figure. */
const FIGURE = 34;

/** Bars of ratios that lie, in groups; a line marks 1, a stroke across a bar its goal. */
export function barChart(chart: BarChart): string {
  const { series, groups } = chart;
  if (series.length > SERIES_MAX) throw new RangeError(`${series.length} series, there are ${SERIES_MAX} colours`);
  const group = series.length * BAR + GAP;
  const bottom = TOP + groups.length * group;
  const values = groups.flatMap(({ bars }) => bars.flatMap((bar) => [bar?.value ?? 0, bar?.goal ?? 0]));
  const scale = linearScale(Math.max(1, ...values), LEFT, WIDTH - RIGHT);
  const content = [
    label(12, 22, chart.title, { class: "title" }),
    ...legend(series),
    ...axis(scale, bottom, chart.axis),
    ...groups.flatMap(({ name, bars }, i) => drawGroup(name, bars, TOP + i * group + GAP / 2, scale)),
    line(scale.place(1), TOP, scale.place(1), bottom, "one"),
  ];
  return picture(WIDTH, bottom + BOTTOM, chart.title, content);
}

function legend(series: readonly string[]): string[] {
  return series.flatMap((name, i) => {
    const x = LEFT + i * 130;
    return [element("rect", { x, y: 36, width: 11, height: 11, class: `s${i}` }), label(x + 17, 46, name)];
  });
}

function axis(scale: Scale, bottom: number, words: string): string[] {
  const ticks = scale.ticks.flatMap((tick) => {
    const x = scale.place(tick);
    return [
      line(x, TOP, x, bottom, "grid"),
      label(x, bottom + 16, String(tick), { "text-anchor": "middle", class: "small" }),
    ];
  });
  return [...ticks, label((LEFT + WIDTH - RIGHT) / 2, bottom + 35, words, { "text-anchor": "middle" })];
}

function drawGroup(name: string, bars: BarChart["groups"][number]["bars"], top: number, scale: Scale): string[] {
  const middle = top + (bars.length * BAR) / 2;
  const drawn = bars.flatMap((bar, i) => (bar === undefined ? [] : drawBar(bar, i, top + i * BAR, scale)));
  return [label(LEFT - 10, middle + 4, name, { "text-anchor": "end" }), ...drawn];
}

function drawBar({ value, goal }: { value: number; goal?: number }, series: number, y: number, scale: Scale): string[] {
  const end = scale.place(value);
  const stroke = goal === undefined ? 0 : scale.place(goal);
  // The figure stands beside the bar; where the stroke would go through it, beside the stroke.
  const words = stroke > end && stroke < end + FIGURE ? stroke : end;
  return [
    element("rect", { x: LEFT, y, width: end - LEFT, height: BAR - 2, class: `s${series}` }),
    ...(goal === undefined ? [] : [line(stroke, y - 1, stroke, y + BAR - 1, "goal")]),
    label(words + 5, y + BAR - 3, figure(value), { class: "small" }),
  ];
}
