import { setTimeout as delay } from "node:timers/promises";
import type { LanePlace } from "../lanes/lane-place.js";
import { DRAIN_TIMEOUT_MS } from "../virtio/device-queues.js";

/** How long a lane may take to let go of requests. */
const PATIENCE_MS = 1000;

/** What a session waits for from its lanes, and for how long: any of them may hang. */
export class LaneWatch {
  readonly #lanes: LanePlace;
  readonly #late: (reason: string) => void;
  readonly #given: Promise<void>;
  #giveUp: () => void = () => {};

  /** @param late called where a lane does not answer; waited for until `letGo` */
  constructor(lanes: LanePlace, late: (reason: string) => void) {
    this.#lanes = lanes;
    this.#late = late;
    this.#given = new Promise((resolve) => {
      this.#giveUp = resolve;
    });
  }

  /** A message is answered when the lanes know what it was about. */
  async reach(): Promise<void> {
    if (!this.#lanes.behind) return;
    const reason = `a lane did not answer within ${DRAIN_TIMEOUT_MS / 1000} s`;
    const bound = setTimeout(() => this.#late(reason), DRAIN_TIMEOUT_MS);
    await Promise.race([this.#lanes.reached(), this.#given]);
    clearTimeout(bound);
  }

  /**
   * The requests were given up: waits until no lane looks at one any more, for half of one that is taken away meanwhile would
   * be another request. A lane that does not even answer hangs, and looks at none.
   */
  async letGo(): Promise<void> {
    this.#giveUp();
    await Promise.race([this.#lanes.reached(), delay(PATIENCE_MS)]);
  }
}
