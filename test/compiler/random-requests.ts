import type { DeviceModel, Message, Shape } from "../../compiler/model/model.js";
import type { Value } from "../../runtime/virtio/codec.js";
import { at, RandomValues } from "./random-values.js";

/** Numbers from 0 up to 1 (mulberry32): one seed says all that is drawn. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Values of the configuration space, by TypeScript name. */
export function drawConfig(model: DeviceModel, random: () => number, offer: readonly string[]): Record<string, Value> {
  const limits = { feature: (name: string) => offer.includes(name), config: () => 0 };
  const values = new RandomValues(model, random, limits);
  const held = model.config.fields.filter(({ access }) => access !== "w");
  // Limits of messages come from here: large enough for something to fit, small enough for queues to be few.
  const usual = held.flatMap((field): [string, number][] => {
    const max = field.max === undefined ? Infinity : values.value(field.max);
    const min = field.min === undefined ? 8 : values.value(field.min);
    const isPlain = field.type.kind === "integer" && field.type.names === undefined && !field.powerOfTwo;
    return isPlain && values.exists(field)
      ? [[field.ts, Math.min(max, values.between(Math.max(8, min), Math.max(12, min)))]]
      : [];
  });
  return { ...values.fields(held, new Map()), ...Object.fromEntries(usual) };
}

/** Values that the definition allows; where a count would make an array too long, they are drawn again. */
export function drawRequest(
  model: DeviceModel,
  random: RandomValues,
  { toDevice, toDriver }: Shape,
): Record<string, Value> {
  const arrays = [...toDevice.fields, ...toDriver.fields].filter(({ type }) => type.kind === "array");
  const counts = new Map<string, number>();
  for (const { type, max } of arrays) {
    if (type.kind !== "array" || type.length.kind !== "counted") continue;
    const most = Math.min(3, max === undefined ? 3 : random.value(max));
    for (const [, path] of JSON.stringify(type.length.count).matchAll(/\["field","([^"]+)"\]/g)) {
      counts.set(path as string, Math.min(most, counts.get(path as string) ?? most));
    }
  }
  for (const { type } of arrays) if (type.kind === "array" && type.strideFrom) counts.set(type.strideFrom, 4096);
  for (let attempt = 0; attempt < 500; attempt++) {
    const values = random.fields(toDevice.fields, counts);
    const scope = (path: string): number => Number(at(model, toDevice.fields, values, path) ?? 0);
    const fits = arrays.every(({ type, min, max }) => {
      if (type.kind !== "array" || type.length.kind !== "counted") return true;
      const { count } = type.length;
      if (toDriver.fields.some(({ name }) => JSON.stringify(count).includes(`["field","${name}"]`))) return true;
      const length = random.value(count, scope);
      const isLong = length >= (min === undefined ? 0 : random.value(min));
      const isShort = max === undefined || length <= random.value(max);
      return isLong && isShort && (type.strideFrom === undefined || scope(type.strideFrom) >= type.stride);
    });
    if (fits) return values;
  }
  throw new Error(`no values fit ${toDevice.fields.map(({ name }) => name).join(", ")}`);
}

/** Room for an array of the answer whose length the device chooses. */
export function roomFor(
  random: RandomValues,
  { toDriver: { variable } }: Shape,
  { minSize }: Message,
): Record<string, number> {
  const step = variable?.multipleOf ?? 1;
  const least = Math.max(
    variable?.min === undefined ? 0 : random.value(variable.min),
    minSize === undefined ? 0 : random.value(minSize),
  );
  return variable ? { [variable.ts]: Math.ceil((least + 2) / step) * step } : {};
}
