import type { Backend } from "../virtio/backend.js";
import type { Device } from "../virtio/device.js";
import { checkLanes, type LaneOptions } from "./lane-options.js";
import { LanePlace, type SignalsOf } from "./lane-place.js";
import { LaneThread } from "./lane-thread.js";

/**
 * Threads that run a device's queues of requests: queue i is on thread i % count. They are started when the first queue
 * runs there, and stay for the sessions that follow.
 */
export class Lanes {
  readonly #device: Device;
  readonly #threads: readonly LaneThread[];
  #started = 0;

  /** @throws RangeError where the behaviour cannot run on other threads, or there are too many of them */
  constructor(backend: Backend<never>, device: Device, options: LaneOptions, pollMaxUs: number) {
    checkLanes(backend, options);
    const { count, module } = options;
    this.#device = device;
    this.#threads = Array.from({ length: count }, () => new LaneThread({ module, pollMaxUs }, device));
  }

  /** Where a session's queues run. */
  place(signalsOf: SignalsOf): LanePlace {
    return new LanePlace(this.#device, this.#threads, signalsOf, () => ++this.#started);
  }

  /** Ends the threads, once nothing is in flight there. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}
