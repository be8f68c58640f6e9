import type { Defer } from "../deferred.js";
import type { AddressSpace } from "../memory/address-space.js";
import type { Poller } from "../polled.js";
import { administrationNames } from "./administration-names.js";
import type { Backend } from "./backend.js";
import { nameOf } from "./codec.js";
import { ConfigError } from "./config-error.js";
import { bitOf, type Device, type DeviceParts, partsOf } from "./device.js";
import { DeviceQueues } from "./device-queues.js";
import { DeviceStatus } from "./device-status.js";
import { FeatureSet } from "./feature-set.js";
import { closeUnderRules, FeatureError, featureNames, refusal } from "./negotiation.js";
import type { QueueSetup } from "./open-ring.js";
import type { QueuePlace } from "./queue-place.js";
import { TransportFeature } from "./transport-features.js";

/** What a device model needs of the transport that it is behind. */
export interface Transport {
  /** For messages: `vhost-user`. */
  readonly name: string;
  readonly memory: AddressSpace;
  /** Other threads for queues of requests; absent: they run on the device's own. */
  readonly lanes?: QueuePlace;
  /** Largest queue that the transport can set up. */
  readonly queueSizeMax: number;
  /** Whether the transport can carry a feature bit; those that it cannot are withheld and logged by name. */
  carries(bit: number): boolean;
  /** Whether packed virtqueues are offered; they are where absent. */
  readonly packed?: boolean | undefined;
  /** Puts off what the requests that complete in one batch of events have in common. */
  readonly defer: Defer;
  /** Has queues polled, where that is done: then their drivers need not notify. */
  readonly poller: Poller;
  /** Sends a used buffer notification. */
  notifyUsed(queue: number): void;
  /** Sends a configuration change notification. */
  notifyConfig(): void;
  /**
   * Requests do not end, and may write to the driver's memory for as long as they live. The transport has to end the
   * session: make that memory useless to the driver (revoke it), then call `abandon`. It must not tell the driver that
   * the queue stopped or the device was reset.
   */
  sessionFailed(reason: string): void;
}

/** Features of the virtqueue engine, offered by every device. */
const ENGINE_FEATURES: readonly number[] = [
  TransportFeature.INDIRECT_DESC,
  TransportFeature.EVENT_IDX,
  TransportFeature.VERSION_1,
  TransportFeature.RING_RESET,
];

/**
 * A full VIRTIO device as a transport sees it: id, features, status register, configuration space, queues (VIRTIO 2 and
 * 3). It knows no transport and no device type. Everything happens on the thread that owns the device.
 */
export class DeviceModel {
  readonly device: Device;
  readonly queues: DeviceQueues;
  /** What the driver is offered. */
  readonly offered: FeatureSet;
  readonly #parts: DeviceParts;
  readonly #transport: Transport;
  #accepted: FeatureSet = new FeatureSet();
  #status = 0;
  #resetting: Promise<void> | undefined;
  /** A field changed since the last notification. */
  #changePending = false;
  #suspended = false;
  /** Why features were refused last: drivers try again and again, and the log is to say it once. */
  #refused: string | undefined;

  /** @throws FeatureError where the device cannot work with what the transport carries */
  constructor(device: Device, backend: Backend<never>, transport: Transport) {
    this.device = device;
    this.#transport = transport;
    this.#parts = partsOf(device);
    if (this.#parts.host !== undefined) throw new Error("the device is run by another model already");
    this.offered = this.#offer(backend);
    const veto = this.#veto(this.offered);
    if (veto !== undefined) throw new FeatureError(`${this.#name} cannot be run on ${transport.name}: ${veto}`);
    this.queues = new DeviceQueues(device, backend, transport, (reason) => this.needsReset(reason));
    this.#parts.host = {
      negotiated: (bit) => this.#agreed && this.#accepted.has(bit),
      needsReset: (reason) => this.needsReset(reason),
    };
    this.#parts.config.onNotifiedChange = () => this.#configChanged();
  }

  /** VIRTIO device id. */
  get id(): number {
    return this.#parts.definition.description.id;
  }

  /** The features that the driver accepted, or has written so far. */
  get accepted(): FeatureSet {
    return this.#accepted;
  }

  /** Queues that can exist, over all feature sets. */
  get queueCountMax(): number {
    return this.queues.countMax;
  }

  get configSize(): number {
    return this.#parts.config.size;
  }

  get configGeneration(): number {
    return this.#parts.config.generation;
  }

  /** The device status register. While a reset waits for requests in flight it still reads as before. */
  get status(): number {
    return this.#status;
  }

  /** Takes the driver's features. Ignored, and logged, once they are agreed. */
  acceptFeatures(features: FeatureSet): void {
    if (this.#agreed) this.#log.warn(`${this.#name}: the driver changed its features after FEATURES_OK; ignored`);
    else this.#accepted = FeatureSet.fromWords(features.words);
  }

  /**
   * The driver writes the status register (VIRTIO 2.1, 3.1). Bits that may not be set yet stay clear; the driver sees
   * that by reading. Writing 0 resets.
   */
  writeStatus(value: number): void {
    if (value === 0) {
      void this.reset();
      return;
    }
    if (this.#resetting !== undefined) return;
    if ((this.#status & ~value & ~DeviceStatus.DEVICE_NEEDS_RESET) !== 0) {
      this.#log.warn(
        `${this.#name}: the driver cleared status bits (0x${this.#status.toString(16)} to 0x${value.toString(16)}); ignored`,
      );
      return;
    }
    const asked = value & ~this.#status;
    this.#status |= asked & (DeviceStatus.ACKNOWLEDGE | DeviceStatus.DRIVER | DeviceStatus.FAILED);
    if ((asked & DeviceStatus.FEATURES_OK) !== 0) this.#agree();
    if ((asked & DeviceStatus.DRIVER_OK) !== 0) this.#start();
  }

  /** Bytes of the configuration space; zero beyond its end. @throws ConfigError where the range is not one */
  readConfig(offset: number, length: number): Uint8Array {
    return this.#parts.config.read(offset, length);
  }

  /**
   * A configuration write by the driver. False, with the reason logged, where the definition does not allow it.
   *
   * @param early the transport has not told yet what the driver agreed to: features that it does not know of are those offered
   */
  writeConfig(offset: number, bytes: Uint8Array, early = false): boolean {
    try {
      const { description } = this.#parts.definition;
      const features = early && this.#accepted.isEmpty ? this.offered : this.#accepted;
      const status = early ? this.#status | DeviceStatus.FEATURES_OK : this.#status;
      const accepted = (name: string) => features.has(bitOf(description, name));
      for (const [field, value] of this.#parts.config.write(offset, bytes, status, accepted)) {
        this.#call(`${nameOf(field)}Written`, value);
      }
      return true;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#log.warn(`${this.#name}: configuration write refused: ${error.message}`);
      return false;
    }
  }

  /** The driver lets the device use a queue; it runs from DRIVER_OK on, or again after a suspension. */
  enableQueue(index: number): void {
    this.#suspended = false;
    this.queues.enable(index);
    this.#notifyChange();
  }

  /** Sets up a queue before it is enabled. @throws VirtqueueError where there is no queue of that index or size */
  setupQueue(index: number, setup: QueueSetup): void {
    this.queues.setup(index, setup);
  }

  /**
   * The driver resets one queue (VIRTIO 2.6.1): resolves when none of its buffers is with the device any more. False,
   * and logged, where RING_RESET was not negotiated.
   *
   * @throws VirtqueueError where there is no such queue
   */
  async resetQueue(index: number): Promise<boolean> {
    if (!this.#agreed || !this.#accepted.has(TransportFeature.RING_RESET)) {
      this.#log.warn(`${this.#name}: queue reset without VIRTIO_F_RING_RESET; ignored`);
      return false;
    }
    await this.queues.reset(index);
    return true;
  }

  /**
   * Device reset (VIRTIO 2.4): waits for requests in flight, then everything but the medium is as in the beginning. Where
   * nothing runs that is at once: a driver that reads status 0 may go on in the same turn.
   */
  reset(): Promise<void> {
    if (this.#resetting !== undefined) return this.#resetting;
    if (!this.queues.running) {
      this.#initialize();
      return Promise.resolve();
    }
    this.#resetting = this.queues.close().then(() => this.#initialize());
    return this.#resetting;
  }

  /** All queues stop: no guest memory is written and no notification sent until one is enabled again. */
  suspend(): Promise<void> {
    this.#suspended = true;
    return this.queues.stopAll();
  }

  /** Gives up on what is in flight, in a session that has failed: stops and resets that wait for it go on. */
  abandon(): void {
    this.queues.abandon();
  }

  /** The session is over: as a reset, and the device may be run by another model. The medium stays. */
  async end(): Promise<void> {
    await this.reset();
    this.#parts.host = undefined;
  }

  /** The device cannot go on (VIRTIO 2.1.2). Queues stop; the driver is told, and has to reset. */
  needsReset(reason: string): void {
    if ((this.#status & DeviceStatus.DEVICE_NEEDS_RESET) !== 0) return;
    this.#log.error(`${this.#name}: needs reset: ${reason}`);
    this.#status |= DeviceStatus.DEVICE_NEEDS_RESET;
    void this.queues.close();
    this.#changePending = true;
    this.#notifyChange();
  }

  get #agreed(): boolean {
    return (this.#status & DeviceStatus.FEATURES_OK) !== 0;
  }

  get #name(): string {
    return this.#parts.definition.description.name;
  }

  get #log(): Device["log"] {
    return this.device.log;
  }

  #initialize(): void {
    this.queues.clear();
    this.#parts.config.reset();
    this.#accepted = new FeatureSet();
    this.#status = 0;
    this.#suspended = false;
    this.#changePending = false;
    this.#resetting = undefined;
    this.#call("onReset");
  }

  /** What the instance offers and the transport carries, without what needs something that is missing then. */
  #offer(backend: Backend<never>): FeatureSet {
    const { description } = this.#parts.definition;
    const wanted = FeatureSet.of(...this.#parts.offered.bits, ...ENGINE_FEATURES);
    if (this.#transport.packed !== false) wanted.add(TransportFeature.RING_PACKED);
    if (backend.inOrder?.(this.device) === true) wanted.add(TransportFeature.IN_ORDER);
    const offered = FeatureSet.of(...wanted.bits.filter((bit) => this.#transport.carries(bit)));
    const withheld = wanted.without(offered);
    if (!withheld.isEmpty) {
      this.#log.warn(
        `${this.#name}: ${this.#transport.name} cannot carry ${featureNames(description, withheld)}; withheld`,
      );
    }
    closeUnderRules(description, offered, (rule) => this.#log.warn(`${this.#name}: cannot offer ${rule}; withheld`));
    const administered = administrationNames(description, offered);
    if (administered !== "")
      this.#log.info(`${this.#name}: ${this.#transport.name} has no administration virtqueue: no ${administered}`);
    return offered;
  }

  /** Why the behaviour cannot work with a set of features. */
  #veto(set: FeatureSet): string | undefined {
    const { description } = this.#parts.definition;
    return this.device.refuses((name) => set.has(bitOf(description, name)));
  }

  #agree(): void {
    const { description } = this.#parts.definition;
    const reason = refusal(description, this.offered, this.#accepted) ?? this.#veto(this.#accepted);
    if (reason !== undefined) {
      if (reason !== this.#refused) this.#log.warn(`${this.#name}: features refused: ${reason}`);
    } else {
      this.#status |= DeviceStatus.FEATURES_OK;
      this.#call("onFeaturesAgreed");
    }
    this.#refused = reason;
    // What changed before is what the driver reads now.
    this.#changePending = false;
  }

  #start(): void {
    if (!this.#agreed) {
      this.#log.warn(`${this.#name}: DRIVER_OK before FEATURES_OK; ignored`);
      return;
    }
    this.#status |= DeviceStatus.DRIVER_OK;
    if ((this.#status & DeviceStatus.DEVICE_NEEDS_RESET) !== 0) return;
    this.queues.ready(this.#accepted);
    this.#call("onReady");
    this.queues.kickAll();
    this.#notifyChange();
  }

  /** Calls a method of the behaviour, if it has it. What it throws is logged, and nobody else's fault. */
  #call(name: string, ...values: readonly unknown[]): void {
    const method: unknown = Reflect.get(this.device, name);
    try {
      if (typeof method === "function") method.apply(this.device, values);
    } catch (error) {
      this.#log.error(`${this.#name}: ${name} failed: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }

  /** Changes of one turn of the event loop are told together. */
  #configChanged(): void {
    if (this.#changePending) return;
    this.#changePending = true;
    if (this.#mayNotify) queueMicrotask(() => this.#notifyChange());
  }

  /** Tells the driver of a change that it has not heard of. */
  #notifyChange(): void {
    if (!this.#changePending || !this.#mayNotify) return;
    this.#changePending = false;
    this.#transport.notifyConfig();
  }

  get #mayNotify(): boolean {
    return (this.#status & DeviceStatus.DRIVER_OK) !== 0 && !this.#suspended;
  }
}
