import type { Definitions } from "../front.js";
import type { DeviceModel } from "../model/model.js";

/** The two ends of the compiler, as a run needs them. */
export interface Stages {
  read(inputs: readonly string[], cwd: string): Promise<Definitions>;
  emit(device: DeviceModel, options: { readonly runtime: string }): Promise<string>;
}

/** Emits a device again only when its model is another one: what a run that watches saves. */
export function emitOnce(stages: Stages): Stages {
  const texts = new WeakMap<DeviceModel, { readonly runtime: string; readonly text: string }>();
  return {
    read: stages.read,
    async emit(device, options) {
      const known = texts.get(device);
      if (known?.runtime === options.runtime) return known.text;
      const text = await stages.emit(device, options);
      texts.set(device, { runtime: options.runtime, text });
      return text;
    },
  };
}
