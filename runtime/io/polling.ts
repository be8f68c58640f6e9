import { native } from "../native/native.js";
import type { Polled } from "../polled.js";
import { PLACES_MAX, PlaceList } from "./place-list.js";
import type { PollTime } from "./poll-time.js";
import { throwLater } from "./uncaught.js";

/** What may be done in one turn before descriptors, timers and signals have theirs. */
const ROUNDS_MAX = 256;

const NOBODY: Polled = { polled: false, look: () => {}, poll: () => {}, rest: () => false };

/** Spins for what is polled on this thread, for a time that adapts, before the thread sleeps. */
export class Polling {
  readonly #addon = native();
  readonly #places = new PlaceList();
  readonly #time: PollTime;
  #polled: Polled[] = [];
  #polling: Polled[] = [];
  #count = 0;
  /** When there was nothing to do any more, in milliseconds; NaN while nobody rests. */
  #idleSince = Number.NaN;

  constructor(time: PollTime) {
    this.#time = time;
  }

  /** Whether it spins before the next sleep. */
  get spins(): boolean {
    return this.#time.now > 0;
  }

  /** As a `Poller` does. */
  stay(polled: Polled): boolean {
    if (polled.polled) return true;
    if (this.#time.most === 0 || this.#count === PLACES_MAX) return false;
    polled.polled = true;
    this.#polled[this.#count++] = polled;
    return true;
  }

  /** This thread was woken. */
  woke(): void {
    if (Number.isNaN(this.#idleSince)) return;
    this.#time.slept((performance.now() - this.#idleSince) * 1e6);
    this.#idleSince = Number.NaN;
  }

  /**
   * Serves what is polled for as long as there is something, within a turn, then has all of it rest.
   *
   * @param settle does what serving put off; false where some is left
   * @returns whether there is more to do
   */
  run(settle: () => boolean): boolean {
    for (let round = 0; this.#count > 0 && round < ROUNDS_MAX; round++) {
      if (!this.#came() && !this.#restAll()) return false;
      this.#pollAll();
      if (!settle()) return true;
    }
    return this.#count > 0;
  }

  #came(): boolean {
    if (this.#time.now === 0) return false;
    this.#places.collect(this.#polled, this.#count);
    const came = this.#addon.spin(this.#places.words, this.#places.count, this.#time.now);
    if (came) this.#time.saved();
    return came;
  }

  #pollAll(): void {
    const polling = this.#polled;
    const count = this.#count;
    this.#polled = this.#polling;
    this.#polling = polling;
    this.#count = 0;
    for (let i = 0; i < count; i++) {
      const polled = polling[i] as Polled;
      polling[i] = NOBODY;
      polled.polled = false;
      poll(polled);
    }
  }

  /** Whether anything came before it rested; what rests is not polled any more. */
  #restAll(): boolean {
    const count = this.#count;
    this.#count = 0;
    for (let i = 0; i < count; i++) {
      const polled = this.#polled[i] as Polled;
      this.#polled[i] = NOBODY;
      polled.polled = wasLate(polled);
      if (polled.polled) this.#polled[this.#count++] = polled;
    }
    if (this.#count === 0) this.#idleSince = performance.now() - this.#time.now / 1e6;
    return this.#count > 0;
  }
}

function poll(polled: Polled): void {
  try {
    polled.poll();
  } catch (error) {
    throwLater(error);
  }
}

/** Whether something came meanwhile. */
function wasLate(polled: Polled): boolean {
  try {
    return polled.rest();
  } catch (error) {
    throwLater(error);
    return false;
  }
}
