import { defaultLogger, type Logger } from "../log.js";
import { nameOf, type Value } from "./codec.js";
import type { ConfigFields } from "./config-fields.js";
import { ConfigSpace } from "./config-space.js";
import type { DeviceDescription, QueueDescription } from "./description.js";
import { evaluate, type Scope } from "./expression.js";
import type { FeatureSet } from "./feature-set.js";
import type { MessageClass } from "./message-class.js";
import { checkOffer } from "./negotiation.js";
import { Pool, type WhenEmpty } from "./pool.js";
import type { PoolBuffer } from "./pool-buffer.js";
import type { Request } from "./request.js";

/** The interface between generated code and the runtime. */
export const CODEGEN = 1;

/** Everything that generated code says about a device type. */
export interface DeviceDefinition {
  /** The interface that the code was generated for. */
  readonly codegen: typeof CODEGEN;
  readonly description: DeviceDescription;
  /** Makes the object through which a behaviour reads and changes configuration fields. */
  readonly Config: new (
    fields: ConfigFields,
  ) => object;
  /** The message class of each queue whose buffers are requests. */
  readonly requests: Readonly<Record<string, MessageClass<Request<never>>>>;
  /** The message class of each queue that the device draws from. */
  readonly pools: Readonly<
    Record<string, { readonly Message: MessageClass<PoolBuffer>; readonly whenEmpty: WhenEmpty }>
  >;
}

/** What a device instance is made from. */
export interface DeviceSetup<Feature extends string, Config> {
  /** The features that this instance offers, a subset of those that its class may offer. */
  readonly offer: readonly Feature[];
  /** Initial values of the configuration fields; those of features that are not offered are ignored. */
  readonly config: Config;
}

/** What the device model does for the device that it runs. */
export interface DeviceHost {
  /** Whether the driver accepted a feature; false before FEATURES_OK. */
  negotiated(bit: number): boolean;
  needsReset(reason: string): void;
}

/** The inside of a device, for the runtime and out of the way of behaviours' names. */
export interface DeviceParts {
  readonly definition: DeviceDefinition;
  readonly offered: FeatureSet;
  readonly config: ConfigSpace;
  /** The pools of each queue that the device draws from, one an instance. */
  readonly pools: Readonly<Record<string, Pool[]>>;
  /** Present while a device model runs the device. */
  host: DeviceHost | undefined;
}

const partsByDevice = new WeakMap<Device, DeviceParts>();

/** The inside of a device. */
export function partsOf(device: Device): DeviceParts {
  return partsByDevice.get(device) as DeviceParts;
}

/**
 * A VIRTIO device: the part of a behaviour that is there once, on the thread that owns the device.
 *
 * Generated classes extend it with a type's features and fields; behaviours extend those.
 */
export abstract class Device {
  /** Configuration fields by TypeScript name. Setting one tells the driver where the definition says so. */
  readonly config: object;
  /** Where a behaviour's messages go; the program that runs the device may set another. */
  log: Logger = defaultLogger();

  /** @throws FeatureError, ConfigError where the setup breaks a rule of the definition */
  constructor(definition: DeviceDefinition, setup: DeviceSetup<string, object>) {
    const { description } = definition;
    const offered = checkOffer(description, setup.offer);
    const offers = (name: string) => offered.has(bitOf(description, name));
    const config = new ConfigSpace(description, offers, setup.config as Readonly<Record<string, Value>>);
    const scope = { feature: offers, config: (name: string) => config.value(name) };
    const pools = Object.fromEntries(
      description.queues.map((queue) => [queue.name, makePools(definition, queue, scope)]),
    );
    partsByDevice.set(this, { definition, offered, config, pools, host: undefined });
    this.config = new definition.Config(config);
    for (const queue of description.queues) {
      const own = pools[queue.name] ?? [];
      if (definition.pools[queue.name] === undefined) continue;
      Object.assign(this, { [nameOf(queue)]: queue.count === undefined ? own[0] : own });
    }
  }

  /** Whether this instance offers a feature, so that its configuration fields exist. */
  offers(...features: readonly string[]): boolean {
    const { definition, offered } = partsOf(this);
    return features.every((name) => offered.has(bitOf(definition.description, name)));
  }

  /** Whether the driver accepted a feature; false before the features are agreed. */
  negotiated(...features: readonly string[]): boolean {
    const { definition, host } = partsOf(this);
    return features.every((name) => host?.negotiated(bitOf(definition.description, name)) === true);
  }

  /** Says that the device cannot go on: the driver must reset it (VIRTIO 2.1.2). */
  needsReset(reason: string): void {
    partsOf(this).host?.needsReset(reason);
  }

  /**
   * What the lanes of this device are given: options, and memory that they share (a SharedArrayBuffer). It must survive
   * `structuredClone`, for a lane may run on another thread.
   */
  share(): unknown {
    return undefined;
  }

  /**
   * Why this instance cannot work with the features that a driver would accept, though no rule of the definition forbids
   * them (VIRTIO 2.2.2); undefined where it can. Asked of the whole offer first, then at FEATURES_OK.
   */
  refuses(_accepts: (feature: string) => boolean): string | undefined {
    return undefined;
  }

  /** The features are agreed (FEATURES_OK): what the driver reads of the configuration from now on may depend on them. */
  onFeaturesAgreed(): void {}

  /** The driver set DRIVER_OK: the features are final and the queues run. */
  onReady(): void {}

  /** A queue stops: complete now what waits for time or for others. What does I/O is waited for. */
  onStopping(): void {}

  /** The driver reset the device: back to the initial state, whatever the driver had asked for is void. */
  onReset(): void {}

  /** The program gives the device up, after its last session: close what was opened. */
  onClose(): void | Promise<void> {}
}

/** As many pools as a queue can have instances with what is offered. */
function makePools({ pools }: DeviceDefinition, { name, count }: QueueDescription, scope: Scope): Pool[] {
  const pool = pools[name];
  if (pool === undefined) return [];
  const instances = count === undefined ? 1 : evaluate(count, scope);
  return Array.from({ length: instances }, () => new Pool(pool.Message, pool.whenEmpty));
}

/** Bit number of a feature. @throws Error where the device type has none of that name */
export function bitOf(description: DeviceDescription, name: string): number {
  const feature = description.features.find((candidate) => candidate.name === name);
  if (feature === undefined) throw new Error(`${description.name} has no feature ${name}`);
  return feature.bit;
}
