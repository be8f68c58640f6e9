import type { LanePlace } from "../lanes/lane-place.js";
import type { Logger } from "../log.js";
import type { DeviceModel } from "../virtio/device-model.js";
import type { QueueSetup } from "../virtio/open-ring.js";
import type { DriverStatus } from "./driver-status.js";
import type { InflightRegion } from "./inflight-region.js";
import type { MemoryTable } from "./memory-table.js";
import { isFrontendFault, ProtocolError } from "./protocol-error.js";
import { Ring } from "./ring.js";
import { checkBase, checkQueueSize, isPacked } from "./ring-format.js";

/** What the rings of a session need of it. */
export interface RingParts {
  readonly model: DeviceModel;
  readonly memory: MemoryTable;
  readonly inflight: InflightRegion;
  readonly status: DriverStatus;
  readonly lanes: LanePlace | undefined;
  readonly log: Logger;
}

/** The rings of a session: brings those that the frontend started and enabled to the device. */
export class Rings {
  readonly #model: DeviceModel;
  readonly #memory: MemoryTable;
  readonly #inflight: InflightRegion;
  readonly #status: DriverStatus;
  readonly #lanes: LanePlace | undefined;
  readonly #log: Logger;
  readonly #rings: readonly Ring[];
  #halted = false;

  constructor(parts: RingParts) {
    const { model, memory, inflight, status, lanes, log } = parts;
    this.#model = model;
    this.#memory = memory;
    this.#inflight = inflight;
    this.#status = status;
    this.#lanes = lanes;
    this.#log = log;
    this.#rings = Array.from({ length: model.queueCountMax }, (_, index) => new Ring(index));
  }

  /** @throws ProtocolError where there is no such ring */
  get(index: number): Ring {
    const ring = this.#rings[index];
    if (ring === undefined) throw new ProtocolError(`ring ${index} of ${this.#rings.length}`);
    return ring;
  }

  /** Whether the device serves any of them. */
  get running(): boolean {
    return this.#rings.some((ring) => ring.running);
  }

  /**
   * Has the device serve a ring that is started and enabled.
   *
   * @returns false where the device refuses the driver's features
   * @throws ProtocolError where the frontend's addresses or sizes do not fit
   */
  run(ring: Ring): boolean {
    if (this.#halted || !ring.started || !ring.enabled || ring.running) return true;
    const setup = this.#setup(ring);
    if (!this.#status.agree()) return false;
    this.#model.setupQueue(ring.index, setup);
    ring.running = true;
    this.#model.enableQueue(ring.index);
    this.#status.ready();
    return true;
  }

  /** The driver says that there are buffers. */
  kick(ring: Ring): void {
    this.#model.queues.kick(ring.index);
  }

  /** The frontend has given other descriptors: the lane that serves the ring is to use them. */
  signalsChanged(ring: Ring): void {
    if (ring.running) this.#lanes?.signalsChanged(ring.index);
  }

  /** Waits until the device has given back what it took; the ring goes on from there when it runs again. */
  async pause(ring: Ring): Promise<void> {
    if (!ring.running) return;
    ring.base = await this.#model.queues.stop(ring.index);
    ring.running = false;
  }

  async pauseAll(): Promise<void> {
    await Promise.all(this.#rings.map((ring) => this.pause(ring)));
  }

  /** Stops a ring, as the frontend asks for; where it was the last, the device is suspended. */
  async stop(ring: Ring): Promise<void> {
    await this.pause(ring);
    ring.stop();
    if (!this.running) await this.#model.suspend();
  }

  async stopAll(): Promise<void> {
    for (const ring of this.#rings) await this.stop(ring);
  }

  /** The device was reset: nothing runs, and nothing is known of the driver's rings. */
  reset(): void {
    for (const ring of this.#rings) {
      ring.stop();
      ring.running = ring.enabled = false;
      ring.base = undefined;
    }
  }

  /** Without protocol features, a ring is enabled from the start. False as `run`. */
  enableAll(): boolean {
    for (const ring of this.#rings) ring.enabled = true;
    return this.#rings.every((ring) => this.run(ring));
  }

  /** The memory changed: runs what was paused, and what waited for it. A ring that is out of memory now waits. */
  resume(): void {
    for (const ring of this.#rings) {
      try {
        this.run(ring);
      } catch (error) {
        if (!isFrontendFault(error)) throw error;
        this.#log.warn(`vhost-user: ring ${ring.index} waits: ${error.message}`);
      }
    }
  }

  /** Runs nothing any more. */
  halt(): void {
    this.#halted = true;
  }

  /** Sends a used buffer notification. */
  signalUsed(index: number): void {
    if (this.#rings[index]?.signalCall() === false) {
      this.#log.warn(`vhost-user: ring ${index}: its call descriptor cannot be written to`);
    }
  }

  signalErrors(): void {
    for (const ring of this.#rings) ring.signalError();
  }

  /** Lets go of all descriptors; the device has stopped. */
  close(): void {
    for (const ring of this.#rings) ring.close();
  }

  #setup(ring: Ring): QueueSetup {
    const { index, size, address, base } = ring;
    if (size === 0) throw new ProtocolError(`ring ${index} has no size`);
    if (address === undefined) throw new ProtocolError(`ring ${index} has no address`);
    // The features may have come after the size and the base.
    const packed = isPacked(this.#model);
    checkQueueSize(size, this.#model.queues.sizeMax, packed);
    if (base !== undefined) checkBase(index, base, size, packed);
    const inflight = this.#inflight.queue(index, size, packed);
    return {
      size,
      descriptorArea: this.#guestAddress(index, "descriptor table", address.descriptors),
      driverArea: this.#guestAddress(index, "available ring", address.available),
      deviceArea: this.#guestAddress(index, "used ring", address.used),
      ...(base === undefined ? {} : { position: base }),
      ...(inflight === undefined ? {} : { inflight }),
    };
  }

  #guestAddress(index: number, part: string, userAddress: number): number {
    const address = this.#memory.guestAddress(userAddress);
    if (address !== undefined) return address;
    throw new ProtocolError(`ring ${index}: ${part} at user address 0x${userAddress.toString(16)} is in no region`);
  }
}
