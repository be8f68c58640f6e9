import { PollEvent } from "../native/native.js";
import type { EventLoop, Watch } from "./event-loop.js";

/** How long a watch outlives the last operation, in milliseconds: adding and removing it for each would cost too much. */
const LINGER = 50;

/** Watches a descriptor while something is in flight, so that the process stays alive for it, and not much longer. */
export class BusyWatch {
  readonly #loop: EventLoop;
  readonly #fd: number;
  readonly #onReadable: () => void;
  #watch: Watch | undefined;
  #timer: NodeJS.Timeout | undefined;
  #busy = false;

  constructor(loop: EventLoop, fd: number, onReadable: () => void) {
    this.#loop = loop;
    this.#fd = fd;
    this.#onReadable = onReadable;
  }

  setBusy(busy: boolean): void {
    this.#busy = busy;
    if (busy) this.#watch ??= this.#loop.watch(this.#fd, PollEvent.READABLE, this.#onReadable);
    else if (this.#watch !== undefined) this.#timer ??= setTimeout(this.#look, LINGER);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#watch?.close();
    this.#watch = undefined;
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    if (!this.#busy) this.close();
  };
}
