import { atOnce, type Defer } from "../../runtime/deferred.js";
import type { Logger } from "../../runtime/log.js";
import type { AddressSpace } from "../../runtime/memory/address-space.js";
import { noPoller } from "../../runtime/polled.js";
import { DeviceModel } from "../../runtime/virtio/device-model.js";
import { FeatureSet } from "../../runtime/virtio/feature-set.js";
import type { MessageClass } from "../../runtime/virtio/message-class.js";
import type { QueueSetup } from "../../runtime/virtio/open-ring.js";
import type { Request } from "../../runtime/virtio/request.js";
import { definitionOf, REQUESTS, ToyDevice } from "./toy-device.js";
import { ToyRequest } from "./toy-disk.js";

export { EVENTS, REQUESTS } from "./toy-device.js";

/** Feature bits of the queue engine (VIRTIO 6). */
export const INDIRECT_DESC = 28;
export const EVENT_IDX = 29;
export const VERSION_1 = 32;
export const RING_PACKED = 34;
export const IN_ORDER = 35;
const RING_RESET = 40;

/** A device model on guest memory with a transport that writes down what the device does. */
export class Rig {
  readonly device: ToyDevice;
  readonly model: DeviceModel;
  /** Queue index of each used buffer notification. */
  readonly notified: number[] = [];
  /** Called at a used buffer notification. */
  onUsed: (queue: number) => void = () => {};
  /** Puts off what requests that complete together have in common. */
  defer: Defer = atOnce;
  configChanges = 0;
  /** Why the session had to end. */
  readonly failures: string[] = [];
  /** Everything that was logged as an error, and as a warning. */
  readonly errors: string[] = [];
  readonly warnings: string[] = [];

  constructor(memory: AddressSpace, handlers: object, Message: MessageClass<Request<never>> = ToyRequest) {
    this.device = new ToyDevice(definitionOf(Message));
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
      defer: (task) => this.defer(task),
      poller: noPoller,
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
