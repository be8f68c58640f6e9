import type { Virtqueue } from "../virtqueue/virtqueue.js";
import { VirtqueueError } from "../virtqueue/virtqueue-error.js";
import type { RunningQueue } from "./queue-place.js";

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

/** A queue that runs on this thread: its ring, and who serves it. */
export class QueueRunner implements RunningQueue {
  readonly #ring: Virtqueue;
  readonly #server: QueueServer;
  readonly #broken: (error: VirtqueueError) => void;
  #stopping: Promise<number | undefined> | undefined;
  /** Used its budget up and gets its next turn from the event loop: a kick in between changes nothing. */
  #waiting = false;

  /** @param broken called when the driver broke a rule of the ring; the queue has stopped then */
  constructor(ring: Virtqueue, server: QueueServer, broken: (error: VirtqueueError) => void) {
    this.#ring = ring;
    this.#server = server;
    this.#broken = broken;
  }

  get inFlight(): number {
    return this.#ring.inFlight;
  }

  kick(): void {
    if (this.#waiting || this.#stopping !== undefined) return;
    try {
      if (this.#server.process()) this.#waitForTurn();
    } catch (error) {
      this.fault(error);
    }
  }

  /** A corrupt ring stops its queue; any other error is ours and goes up. */
  fault(error: unknown): void {
    if (!(error instanceof VirtqueueError)) throw error;
    void this.stop();
    this.#broken(error);
  }

  stop(): Promise<number | undefined> {
    this.#stopping ??= this.#drain();
    return this.#stopping;
  }

  abandon(): void {
    this.#server.retire();
  }

  #waitForTurn(): void {
    this.#waiting = true;
    setImmediate(() => {
      this.#waiting = false;
      this.kick();
    });
  }

  async #drain(): Promise<number> {
    await this.#server.stop();
    this.#server.retire();
    this.#ring.release();
    return this.#ring.position;
  }
}
