import type { Logger } from "../log.js";
import { ConfigMirror } from "../virtio/config-mirror.js";
import { bitOf, type DeviceDefinition } from "../virtio/device.js";
import { FeatureSet } from "../virtio/feature-set.js";
import type { Preparation } from "./messages.js";

/** What a lane on a thread of its own is given: the same as one on the device's thread. */
export function laneContext({ description, Config }: DeviceDefinition, made: Preparation, log: Logger): never {
  const has = (words: Uint32Array) => {
    const set = FeatureSet.fromWords(words);
    return (...features: readonly string[]) => features.every((name) => set.has(bitOf(description, name)));
  };
  const context = {
    config: new Config(new ConfigMirror(description, made.config)),
    offers: has(made.offered),
    negotiated: has(made.accepted),
    shared: made.shared,
    log,
  };
  return context as never;
}
