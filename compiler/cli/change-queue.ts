/** One save is several events, and a checkout of another branch is many: wait until there was none for this long. */
const QUIET_MS = 50;

/** Turns bursts of changes into single wake-ups. */
export class ChangeQueue {
  readonly #stop: AbortSignal;
  #changed = false;
  #timer: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;

  constructor(stop: AbortSignal) {
    this.#stop = stop;
    stop.addEventListener("abort", () => this.#finish(), { once: true });
  }

  note(): void {
    this.#changed = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#finish(), QUIET_MS);
  }

  /** Waits for the end of a burst that began after the last one was waited for, or for the stop. */
  async settled(): Promise<void> {
    const isQuiet = this.#changed && this.#timer === undefined;
    if (!isQuiet && !this.#stop.aborted) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#changed = false;
  }

  #finish(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wake?.();
    this.#wake = undefined;
  }
}
