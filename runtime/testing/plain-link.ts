import { atOnce } from "../deferred.js";
import { noPoller } from "../polled.js";
import type { Backend } from "../virtio/backend.js";
import type { Device } from "../virtio/device.js";
import { DeviceModel, type Transport } from "../virtio/device-model.js";
import type { FeatureSet } from "../virtio/feature-set.js";
import type { VirtqueueLayout } from "../virtqueue/virtqueue.js";
import type { DeviceLink } from "./device-link.js";
import { DriverMemory } from "./driver-memory.js";

export interface PlainLinkOptions {
  readonly memory?: DriverMemory;
  /** Largest queue; 256 where absent. */
  readonly queueSizeMax?: number;
  /** Feature bits that this transport carries; all where absent. */
  readonly carries?: (bit: number) => boolean;
}

/** A device in this process, on plain memory: no sockets, no native code. */
export class PlainLink<D extends Device = Device> implements DeviceLink {
  readonly memory: DriverMemory;
  readonly queueSizeMax: number;
  readonly device: D;
  readonly model: DeviceModel;
  onUsed: (queue: number) => void = () => {};
  onConfigChange: () => void = () => {};

  constructor(backend: Backend<never, D>, device: D, options: PlainLinkOptions = {}) {
    this.memory = options.memory ?? new DriverMemory();
    this.queueSizeMax = options.queueSizeMax ?? 256;
    this.device = device;
    const transport: Transport = {
      name: "plain memory",
      memory: this.memory.guest,
      queueSizeMax: this.queueSizeMax,
      carries: options.carries ?? (() => true),
      defer: atOnce,
      poller: noPoller,
      notifyUsed: (queue) => this.onUsed(queue),
      notifyConfig: () => this.onConfigChange(),
      sessionFailed: () => this.#fail(),
    };
    this.model = new DeviceModel(device, backend, transport);
  }

  /** Requests hang: the driver loses its memory, which may still be written to, and the session is over. */
  #fail(): void {
    this.memory.guest.clear();
    this.model.abandon();
  }

  async offeredFeatures(): Promise<FeatureSet> {
    return this.model.offered;
  }

  async acceptFeatures(features: FeatureSet): Promise<void> {
    this.model.acceptFeatures(features);
  }

  async readStatus(): Promise<number> {
    return this.model.status;
  }

  async writeStatus(status: number): Promise<void> {
    this.model.writeStatus(status);
  }

  async readConfig(offset: number, length: number): Promise<Uint8Array> {
    return this.model.readConfig(offset, length);
  }

  async configGeneration(): Promise<number> {
    return this.model.configGeneration;
  }

  async writeConfig(offset: number, bytes: Uint8Array): Promise<boolean> {
    return this.model.writeConfig(offset, bytes);
  }

  async setupQueue(index: number, layout: VirtqueueLayout): Promise<void> {
    this.model.setupQueue(index, layout);
  }

  async enableQueue(index: number): Promise<void> {
    this.model.enableQueue(index);
  }

  resetQueue(index: number): Promise<boolean> {
    return this.model.resetQueue(index);
  }

  kick(index: number): void {
    this.model.queues.kick(index);
  }

  close(): Promise<void> {
    return this.model.end();
  }
}
