import { type BufferSlot, type MessageLayout, PoolBuffer, type Term } from "../../runtime/codegen.js";
import { atOnce } from "../../runtime/deferred.js";
import type { Logger } from "../../runtime/log.js";
import type { AddressSpace } from "../../runtime/memory/address-space.js";
import type { ConfigSpace } from "../../runtime/virtio/config-space.js";
import type { DeviceDescription } from "../../runtime/virtio/description.js";
import { CODEGEN, Device, type DeviceDefinition } from "../../runtime/virtio/device.js";
import { DeviceModel } from "../../runtime/virtio/device-model.js";
import { FeatureSet } from "../../runtime/virtio/feature-set.js";
import type { MessageClass } from "../../runtime/virtio/message-class.js";
import type { Pool } from "../../runtime/virtio/pool.js";
import type { QueueSetup } from "../../runtime/virtio/queue-runner.js";
import type { Request } from "../../runtime/virtio/request.js";
import { ToyRequest } from "./toy-disk.js";

/** Queue indices of every rig. */
export const REQUESTS = 0;
export const EVENTS = 1;

/** Feature bits of the queue engine (VIRTIO 6). */
export const INDIRECT_DESC = 28;
export const EVENT_IDX = 29;
export const VERSION_1 = 32;
const RING_RESET = 40;

/** An eight-byte event: value le64. */
class ToyEvent extends PoolBuffer {
  static readonly layout: MessageLayout = { inputBase: 0, inputSize: 0, outputBase: 0, outputSize: 8 };
  static readonly terms: readonly Term[] = [];

  constructor(slot: BufferSlot) {
    super(slot, ToyEvent.layout);
  }

  set value(value: bigint) {
    this.output.view.setBigUint64(this.output.at, value, true);
  }

  override complete(): void {
    this.finish(0);
  }

  /** @internal */
  override prepare(): boolean {
    return this.openCommon(0, 0, 8, 0);
  }
}

const description: DeviceDescription = {
  name: "toy",
  id: 0xffff,
  title: "Toy device",
  features: [],
  negotiation: [],
  names: {},
  structs: {},
  config: {
    size: 8,
    fields: [
      { name: "size", type: { kind: "integer", width: 4 }, at: 0, notified: true },
      { name: "mode", type: { kind: "integer", width: 4 }, at: 4, access: "rw", max: 3, default: 0 },
    ],
  },
  messages: [],
  queues: [
    { name: "requests", index: REQUESTS, carries: "request" },
    { name: "events", index: EVENTS, carries: "event", whenEmpty: "hold" },
  ],
};

/** The fields as a behaviour sees them. */
class ToyConfig {
  readonly #space: ConfigSpace;
  constructor(space: ConfigSpace) {
    this.#space = space;
  }
  set size(value: number) {
    this.#space.set("size", value);
  }
}

function definitionOf(Message: MessageClass<Request<never>>): DeviceDefinition {
  return {
    codegen: CODEGEN,
    description,
    Config: ToyConfig,
    requests: { requests: Message },
    pools: { events: { Message: ToyEvent, whenEmpty: "hold" } },
  };
}

class ToyDevice extends Device {
  declare readonly events: Pool<ToyEvent>;
  resets = 0;

  override onReset(): void {
    this.resets++;
  }
}

/** A device model on guest memory with a transport that writes down what the device does. */
export class Rig {
  readonly device: ToyDevice;
  readonly model: DeviceModel;
  /** Queue index of each used buffer notification. */
  readonly notified: number[] = [];
  /** Called at a used buffer notification. */
  onUsed: (queue: number) => void = () => {};
  configChanges = 0;
  /** Why the session had to end. */
  readonly failures: string[] = [];
  /** Everything that was logged as an error, and as a warning. */
  readonly errors: string[] = [];
  readonly warnings: string[] = [];

  constructor(memory: AddressSpace, handlers: object, Message: MessageClass<Request<never>> = ToyRequest) {
    this.device = new ToyDevice(definitionOf(Message), { offer: [], config: { size: 7 } });
    this.device.log = {
      debug: () => {},
      info: () => {},
      warn: (message) => this.warnings.push(message),
      error: (message) => this.errors.push(message),
    } satisfies Logger;
    const backend = { open: () => this.device, lane: () => handlers };
    this.model = new DeviceModel(this.device, backend, {
      name: "rig",
      memory,
      queueSizeMax: 32768,
      carries: () => true,
      defer: atOnce,
      notifyUsed: (queue) => {
        this.notified.push(queue);
        this.onUsed(queue);
      },
      notifyConfig: () => {
        this.configChanges++;
      },
      sessionFailed: (reason) => {
        this.failures.push(reason);
        this.model.abandon();
      },
    });
  }

  /** Brings the device to DRIVER_OK with the given engine features and queues (VIRTIO 3.1.1). */
  start(queues: readonly (QueueSetup | undefined)[], ...features: readonly number[]): void {
    this.model.writeStatus(1);
    this.model.writeStatus(3);
    this.model.acceptFeatures(FeatureSet.of(VERSION_1, RING_RESET, ...features));
    this.model.writeStatus(11);
    for (const [index, setup] of queues.entries()) {
      if (setup === undefined) continue;
      this.model.setupQueue(index, setup);
      this.model.queues.enable(index);
    }
    this.model.writeStatus(15);
    if ((this.model.status & 15) !== 15) throw new Error(`the device did not start: status ${this.model.status}`);
  }

  kick(queue: number = REQUESTS): void {
    this.model.queues.kick(queue);
  }

  /** The rule that made the device ask for a reset; undefined where it does not. */
  get brokenRule(): string | undefined {
    if ((this.model.status & 0x40) === 0) return undefined;
    return /\[([a-z-]+)\]$/.exec(this.errors.at(-1) ?? "")?.[1] ?? "needs reset without a rule";
  }
}
