import type { InflightMemory } from "../virtqueue/inflight-memory.js";
import type { Virtqueue, VirtqueueLayout } from "../virtqueue/virtqueue.js";

/** Requests in flight get this long to end before a stop is said to hang. */
export const DRAIN_TIMEOUT_MS = 20_000;

/** How the driver set up a queue. */
export interface QueueSetup extends VirtqueueLayout {
  /** Where to go on, as `Virtqueue.position`; absent on a queue that is new. */
  readonly position?: number;
  /** Where what is in flight is written down, for a backend that comes after this one. */
  readonly inflight?: InflightMemory;
}

/** Serves a running queue. */
export interface QueueServer {
  /**
   * Serves what is available within one turn's budget; true where more is waiting.
   *
   * @throws VirtqueueError where the driver broke a rule
   */
  process(): boolean;
  /** Takes nothing more; resolves when all that was taken is given back. */
  stop(): Promise<void>;
  /** Gives up on what is still out: completing it does nothing any more. */
  retire(): void;
}

/** A running queue: its ring, and who serves it. */
export class QueueRunner {
  readonly #ring: Virtqueue;
  readonly #server: QueueServer;
  readonly #stuck: () => void;
  #stopping: Promise<void> | undefined;

  /** @param stuck called when a stop has waited too long; it waits on until `abandon` */
  constructor(ring: Virtqueue, server: QueueServer, stuck: () => void) {
    this.#ring = ring;
    this.#server = server;
    this.#stuck = stuck;
  }

  get position(): number {
    return this.#ring.position;
  }

  /** As its server's, until it is stopped. */
  process(): boolean {
    return this.#stopping === undefined && this.#server.process();
  }

  /** Takes nothing more, and resolves when what was taken is given back, or given up. */
  stop(): Promise<void> {
    this.#stopping ??= this.#drain();
    return this.#stopping;
  }

  /** Gives up on what is in flight. */
  abandon(): void {
    this.#server.retire();
  }

  async #drain(): Promise<void> {
    const bound = setTimeout(this.#stuck, DRAIN_TIMEOUT_MS);
    await this.#server.stop();
    clearTimeout(bound);
    this.#server.retire();
    this.#ring.release();
  }
}
