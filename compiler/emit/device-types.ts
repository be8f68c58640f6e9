import type { Queue } from "../model/model.js";
import { configType, controlType } from "./config.js";
import type { Property } from "./declaration.js";
import { docOf } from "./doc-comment.js";
import type { Emission } from "./emission.js";
import { gateOf } from "./gate.js";
import { GatedType } from "./gated-type.js";
import { handlersType } from "./handlers.js";
import { identifier, key } from "./names-in-code.js";

/** The types of a device that depend on what it may offer. */
export interface DeviceTypes {
  readonly config: GatedType;
  readonly handlers: GatedType;
  readonly control: GatedType;
  /** Pools that exist with features. */
  readonly pools: GatedType;
  /** Pools that are always there. */
  readonly alwaysPools: readonly Property[];
}

export function deviceTypes(emission: Emission): DeviceTypes {
  const pools = emission.device.queues
    .filter((queue) => queue.whenEmpty !== undefined)
    .map((queue) => ({ gate: gateOf(queue.if), member: poolProperty(emission, queue) }));
  return {
    config: configType(emission),
    handlers: handlersType(emission),
    control: controlType(emission),
    pools: new GatedType(
      emission,
      "Pools",
      pools.filter(({ gate }) => gate.needs !== 1),
    ),
    alwaysPools: pools.filter(({ gate }) => gate.needs === 1).map(({ member }) => member),
  };
}

/** The runtime puts pools on the device under the queue's wire name. */
function poolProperty(emission: Emission, queue: Queue): Property {
  const pool = `${emission.imports.type("Pool")}<${identifier(emission.message(queue.carries).ts)}>`;
  const type = queue.count === undefined ? pool : `readonly ${pool}[]`;
  return { name: key(queue.ts), type, doc: docOf(queue), readonly: true };
}
