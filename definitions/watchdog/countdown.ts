/** A longer timer would fire at once. */
export const COUNTDOWN_MAX_MS: number = 2 ** 31 - 1;

/** Runs for a time, unless it is started again or stopped before. Times are in milliseconds. */
export class Countdown {
  readonly #onWarning: () => void;
  readonly #onEnd: () => void;
  #end: NodeJS.Timeout | undefined;
  #warning: NodeJS.Timeout | undefined;
  #duration = 0;
  #notice = 0;
  #endsAt = 0;

  constructor(onWarning: () => void, onEnd: () => void) {
    this.#onWarning = onWarning;
    this.#onEnd = onEnd;
  }

  get isRunning(): boolean {
    return this.#end !== undefined;
  }

  /** At least 1 while it runs, else 0. */
  get left(): number {
    return this.isRunning ? Math.max(1, Math.ceil(this.#endsAt - performance.now())) : 0;
  }

  /** @param notice how long before the end it warns; not at all where that is 0, or no less than the duration */
  start(duration: number, notice: number): void {
    this.#duration = duration;
    this.#notice = notice;
    this.again();
  }

  /** Begins anew with the times that it has. */
  again(): void {
    this.stop();
    this.#endsAt = performance.now() + this.#duration;
    this.#end = setTimeout(() => {
      this.stop();
      this.#onEnd();
    }, this.#duration);
    const isWarning = this.#notice > 0 && this.#notice < this.#duration;
    if (isWarning) this.#warning = setTimeout(this.#onWarning, this.#duration - this.#notice);
  }

  stop(): void {
    clearTimeout(this.#end);
    clearTimeout(this.#warning);
    this.#end = undefined;
  }
}
