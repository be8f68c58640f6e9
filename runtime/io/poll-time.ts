/** The first time that is tried, and the least that is worth it, in nanoseconds. */
const LEAST = 4000;

/** What a sleep takes beside what it waits for, until this thread runs again, in nanoseconds. */
const WAKE_UP = 25_000;

/** Sleeps that are let pass before the next try, at the most. */
const PAUSE_MAX = 256;

/**
 * How long to spin before a sleep. It grows where sleeps are so short that spinning would have saved them, and shrinks where
 * they are not. Where even the longest time was too short, the next try waits: twice as long each time.
 */
export class PollTime {
  /** Nanoseconds; 0: sleep at once. */
  now = 0;
  /** Nanoseconds at the most; 0: never. */
  readonly most: number;
  /** Sleeps to let pass; and how many after the next failure. */
  #passing = 0;
  #pause = 1;

  constructor(most: number) {
    this.most = most;
  }

  /** Spinning saved a sleep. */
  saved(): void {
    this.#pause = 1;
  }

  /**
   * A sleep is over, because there is work.
   *
   * @param idle nanoseconds since there was work before, `now` of them spent spinning
   */
  slept(idle: number): void {
    if (this.now > 0 && this.now === this.most) this.#fail();
    else if (this.#passing > 0) this.#pass();
    else if (idle > this.most + WAKE_UP) this.#shrink();
    else this.now = Math.min(this.most, Math.max(LEAST, 2 * this.now));
  }

  #shrink(): void {
    this.now = this.now > LEAST ? this.now / 2 : 0;
  }

  #pass(): void {
    this.#passing--;
    if (this.#passing === 0) this.now = this.most;
  }

  #fail(): void {
    this.now = 0;
    this.#passing = this.#pause;
    this.#pause = Math.min(2 * this.#pause, PAUSE_MAX);
  }
}
