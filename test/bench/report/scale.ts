/** Where a value lies on an axis, and the values that are written along it. */
export interface Scale {
  readonly place: (value: number) => number;
  readonly ticks: readonly number[];
}

/** From zero to at least `max`, in four to ten round steps. */
export function linearScale(max: number, from: number, to: number): Scale {
  const rough = max / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) as number) * power;
  const steps = Math.ceil(max / step - 1e-9);
  const ticks = Array.from({ length: steps + 1 }, (_, i) => Number((i * step).toPrecision(12)));
  return { place: (value) => from + (value / (steps * step)) * (to - from), ticks };
}

/** Equal distances for equal factors; the values given are the ticks. */
export function logarithmicScale(values: readonly number[], from: number, to: number): Scale {
  const ticks = [...new Set(values)].sort((a, b) => a - b);
  const low = Math.log(ticks[0] as number);
  const width = Math.log(ticks.at(-1) as number) - low;
  return { place: (value) => from + (width === 0 ? 0 : (Math.log(value) - low) / width) * (to - from), ticks };
}
