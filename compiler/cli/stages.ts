import type { Definitions } from "../front.js";
import type { DeviceModel } from "../model/model.js";

/** The two ends of the compiler, as a run needs them. */
export interface Stages {
  read(inputs: readonly string[], cwd: string): Promise<Definitions>;
  emit(device: DeviceModel, options: EmissionOptions): Promise<string>;
}

/** What a device is compiled into: TypeScript for behaviours, or a C header for authors of drivers. */
export const emissionKinds = ["ts", "c"] as const;
export type EmissionKind = (typeof emissionKinds)[number];

export interface EmissionOptions {
  readonly kind: EmissionKind;
  /** Import specifier of the runtime in TypeScript. */
  readonly runtime: string;
}

/** Emits a device again only when its model is another one: what a run that watches saves. */
export function emitOnce(stages: Stages): Stages {
  const texts = new WeakMap<DeviceModel, Map<string, string>>();
  return {
    read: stages.read,
    async emit(device, options) {
      const known = texts.get(device) ?? new Map<string, string>();
      texts.set(device, known);
      const key = `${options.kind} ${options.runtime}`;
      const text = known.get(key) ?? (await stages.emit(device, options));
      known.set(key, text);
      return text;
    },
  };
}
