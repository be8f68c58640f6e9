/** A longer timer would fire at once. */
const PERIOD_MAX_MS = 2 ** 31 - 1;

/** So many bytes a period. Who finds none left can wait for the next period. */
export class RateLimit {
  readonly #perPeriod: number;
  readonly #periodMs: number;
  #left: number;
  #periodEnds = 0;
  #timer: NodeJS.Timeout | undefined;
  #waiting: ((goOn: boolean) => void)[] = [];

  /**
   * @param perPeriod bytes, or infinitely many
   * @throws RangeError where one is not a positive integer, or the period is longer than a timer
   */
  constructor(perPeriod: number, periodMs: number) {
    const isLimit = Number.isInteger(perPeriod) || perPeriod === Number.POSITIVE_INFINITY;
    if (!(isLimit && perPeriod > 0)) throw new RangeError(`max-bytes must be a positive integer, found ${perPeriod}`);
    if (!(Number.isInteger(periodMs) && periodMs > 0 && periodMs <= PERIOD_MAX_MS)) {
      throw new RangeError(`period must be an integer from 1 to ${PERIOD_MAX_MS}, found ${periodMs}`);
    }
    this.#perPeriod = this.#left = perPeriod;
    this.#periodMs = periodMs;
  }

  /** Takes up to so many bytes of this period's; 0 where none are left. */
  take(bytes: number): number {
    const now = performance.now();
    if (now >= this.#periodEnds) {
      this.#left = this.#perPeriod;
      this.#periodEnds = now + this.#periodMs;
    }
    const granted = Math.min(bytes, this.#left);
    this.#left -= granted;
    return granted;
  }

  /** Resolves in the next period, with true; or with false at `cancel`. */
  wait(): Promise<boolean> {
    this.#timer ??= setTimeout(() => this.#wake(true), Math.max(1, Math.ceil(this.#periodEnds - performance.now())));
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Nobody waits any more. */
  cancel(): void {
    this.#wake(false);
  }

  #wake(goOn: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const resolve of this.#waiting.splice(0)) resolve(goOn);
  }
}
