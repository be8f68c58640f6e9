import type { Backend, TrafficOf } from "../virtio/backend.js";
import type { Value } from "../virtio/codec.js";
import type { DeviceDescription } from "../virtio/description.js";
import { bitOf, type Device, partsOf } from "../virtio/device.js";
import { DeviceStatus } from "../virtio/device-status.js";
import { FeatureSet } from "../virtio/feature-set.js";
import { MessageCodec } from "../virtio/message-codec.js";
import { featureScope } from "../virtio/negotiation.js";
import { queueTable } from "../virtio/queue-table.js";
import { TransportFeature } from "../virtio/transport-features.js";
import type { DeviceLink } from "./device-link.js";
import { DriverConfig } from "./driver-config.js";
import { checkFeature, chooseFeatures, type FeatureChoice, refusedBecause } from "./driver-features.js";
import { DriverQueue } from "./driver-queue.js";
import { openDriverRing } from "./driver-ring.js";
import { PlainLink, type PlainLinkOptions } from "./plain-link.js";

/** A reset that takes longer has failed; a device gives up on its requests before that. */
const RESET_TIMEOUT_MS = 30_000;

export interface DriverOptions extends FeatureChoice {
  /** Entries of each queue; 64 where absent. */
  readonly queueSize?: number;
}

/**
 * A driver for any device type: negotiates, lays out rings, sends requests, reads replies. Typed from the same definition
 * as the device, so that a device is tested without a virtual machine.
 */
export class Driver<Queues = Record<string, never>> {
  readonly link: DeviceLink;
  readonly description: DeviceDescription;
  /** Called at each configuration change notification, once the status was looked at. */
  onConfigChange: () => void = () => {};
  readonly #config: DriverConfig;
  readonly #queues = new Map<string, DriverQueue[]>();
  #features: FeatureSet = new FeatureSet();

  private constructor(link: DeviceLink, description: DeviceDescription) {
    this.link = link;
    this.description = description;
    this.#config = new DriverConfig(link, description);
  }

  /** Runs a backend on plain memory in this process and drives it. */
  static async attach<Options, D extends Device>(
    backend: Backend<Options, D>,
    options: Options,
    setup: DriverOptions & PlainLinkOptions = {},
  ): Promise<Driver<TrafficOf<D>> & { readonly device: D; readonly link: PlainLink<D> }> {
    const device = backend.open(options);
    const link = new PlainLink(backend, device, setup);
    const driver = await Driver.connect<TrafficOf<D>>(link, partsOf(device).definition.description, setup);
    return Object.assign(driver, { device, link });
  }

  /** Initializes the device behind a link as VIRTIO 3.1.1 says. @throws Error where it does not take the features */
  static async connect<Queues>(
    link: DeviceLink,
    description: DeviceDescription,
    options: DriverOptions = {},
  ): Promise<Driver<Queues>> {
    const driver = new Driver<Queues>(link, description);
    await driver.#initialize(options);
    return driver;
  }

  /** Whether a device feature was negotiated. @throws Error where the device type has no such feature */
  negotiated(feature: string): boolean {
    checkFeature(this.description, feature);
    return this.#features.has(bitOf(this.description, feature));
  }

  /** The queue of a name, and instance number where there are several. @throws Error where it does not exist */
  queue<Q extends keyof Queues & string>(name: Q, n = 0): DriverQueue<Queues[Q]> {
    const queue = this.#queues.get(name)?.[n];
    if (queue === undefined) {
      const names = this.#all().map((candidate) => candidate.name);
      throw new Error(
        `${this.description.name} has no queue ${name}[${n}] with these features; it has ${names.join(", ")}`,
      );
    }
    return queue as unknown as DriverQueue<Queues[Q]>;
  }

  /** Reads a configuration field by wire name, again where the device changed it meanwhile (VIRTIO 2.5.1). */
  readConfig(name: string): Promise<Value> {
    return this.#config.read(name);
  }

  /** Writes a configuration field by wire name; false where the device refused. */
  writeConfig(name: string, value: Value): Promise<boolean> {
    return this.#config.write(name, value);
  }

  /**
   * Resets the device and waits until it says so; requests that were out are given up.
   *
   * @throws Error where it takes longer than 30 s
   */
  async reset(): Promise<void> {
    await this.#resetDevice();
    this.#release("the device was reset");
  }

  /** Resets the device and sets it up again. */
  async restart(options: DriverOptions = {}): Promise<void> {
    await this.reset();
    await this.#initialize(options);
  }

  async close(): Promise<void> {
    await this.link.close();
    this.#release("the session was closed");
  }

  /** Writes status 0 and waits until it reads so (VIRTIO 2.4.2). */
  async #resetDevice(): Promise<void> {
    const deadline = performance.now() + RESET_TIMEOUT_MS;
    await this.link.writeStatus(0);
    while ((await this.link.readStatus()) !== 0) {
      if (performance.now() > deadline) throw new Error(this.#stuck());
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #stuck(): string {
    const queues = this.#all().filter(({ inFlight }) => inFlight > 0);
    const requests = queues.map(({ name, inFlightByKind }) => `${name}: ${inFlightByKind}`).join("; ");
    const reset = `${this.description.name} did not complete its reset in ${RESET_TIMEOUT_MS / 1000} s`;
    return `${reset}; in flight: ${requests || "nothing of this driver"}`;
  }

  async #initialize(options: DriverOptions): Promise<void> {
    const { link } = this;
    await this.#resetDevice();
    const status = DeviceStatus.ACKNOWLEDGE | DeviceStatus.DRIVER;
    await link.writeStatus(status);
    const offered = await link.offeredFeatures();
    this.#features = chooseFeatures(this.description, offered, options);
    await link.acceptFeatures(this.#features);
    await link.writeStatus(status | DeviceStatus.FEATURES_OK);
    if (((await link.readStatus()) & DeviceStatus.FEATURES_OK) === 0)
      throw new Error(refusedBecause(this.description, offered, this.#features));
    link.onUsed = (index) => this.#used(index);
    link.onConfigChange = () => void this.#configChanged();
    await this.#openQueues(options.queueSize ?? 64);
    await link.writeStatus(status | DeviceStatus.FEATURES_OK | DeviceStatus.DRIVER_OK);
  }

  async #openQueues(size: number): Promise<void> {
    const config = new Map<string, number>();
    for (const { name, type } of this.description.config.fields) {
      if (type.kind === "integer") config.set(name, Number(await this.readConfig(name)));
    }
    const scope = featureScope(
      this.description,
      (bit) => this.#features.has(bit),
      (field) => config.get(field) ?? 0,
    );
    const codec = new MessageCodec(this.description, scope);
    this.#queues.clear();
    for (const [index, { queue, n }] of queueTable(this.description, scope)) {
      const message = this.description.messages.find((candidate) => candidate.name === queue.carries);
      if (message === undefined) throw new Error(`${queue.name} carries ${queue.carries}, which is not described`);
      const ring = openDriverRing(this.link.memory, size, {
        packed: this.#features.has(TransportFeature.RING_PACKED),
        eventIdx: this.#features.has(TransportFeature.EVENT_IDX),
        inOrder: this.#features.has(TransportFeature.IN_ORDER),
      });
      const label = queue.count === undefined ? queue.name : `${queue.name}[${n}]`;
      const opened = new DriverQueue({ index, name: label }, ring, this.link.memory, codec, message, () =>
        this.link.kick(index),
      );
      const instances = this.#queues.get(queue.name) ?? [];
      instances[n] = opened;
      this.#queues.set(queue.name, instances);
      await this.link.setupQueue(index, ring.layout);
      await this.link.enableQueue(index);
    }
  }

  #used(index: number): void {
    for (const queue of this.#all()) if (queue.index === index) queue.reap();
  }

  /** A device that needs a reset answers nothing any more. */
  async #configChanged(): Promise<void> {
    const status = await this.link.readStatus();
    if ((status & DeviceStatus.DEVICE_NEEDS_RESET) !== 0) this.#abandon("the device needs a reset");
    this.onConfigChange();
  }

  #release(reason: string): void {
    this.#abandon(reason);
    for (const queue of this.#all()) queue.release();
    this.#queues.clear();
  }

  #abandon(reason: string): void {
    for (const queue of this.#all()) queue.abandon(reason);
  }

  #all(): DriverQueue[] {
    return [...this.#queues.values()].flat();
  }
}
