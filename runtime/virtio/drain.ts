import type { Virtqueue } from "../virtqueue/virtqueue.js";

/** Stops a ring and waits for the buffers that are out. */
export class Drain {
  readonly #ring: Virtqueue;
  #resolve: (() => void) | undefined;

  constructor(ring: Virtqueue) {
    this.#ring = ring;
  }

  /** Takes no more buffers; resolves when all that were taken are given back, or at `end`. */
  begin(): Promise<void> {
    this.#ring.stop();
    if (this.#ring.inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** A buffer was given back: looks whether it was the last. */
  look(): void {
    if (this.#resolve !== undefined && this.#ring.inFlight === 0) this.#resolve();
  }

  /** Waits no longer. */
  end(): void {
    this.#ring.stop();
    this.#resolve?.();
  }
}
