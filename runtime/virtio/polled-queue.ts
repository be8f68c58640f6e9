import type { Places, Polled } from "../polled.js";
import { Spot } from "../virtqueue/spot.js";
import type { Virtqueue } from "../virtqueue/virtqueue.js";

const spot = new Spot();

/** A queue that is looked at again and again. */
export class PolledQueue implements Polled {
  polled = false;
  readonly poll: () => void;
  readonly #ring: Virtqueue;
  readonly #broken: (error: unknown) => void;

  /**
   * @param kick serves the queue, as a notification of the driver does
   * @param broken hears that the driver broke a rule of the ring
   */
  constructor(ring: Virtqueue, kick: () => void, broken: (error: unknown) => void) {
    this.#ring = ring;
    this.poll = kick;
    this.#broken = broken;
  }

  look(places: Places): void {
    this.#ring.look(spot);
    places.word(spot.mapping, spot.offset, spot.value);
  }

  rest(): boolean {
    try {
      return this.#ring.arm();
    } catch (error) {
      this.#broken(error);
      return false;
    }
  }
}
