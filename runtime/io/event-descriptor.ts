import { fstatSync } from "node:fs";
import { native, PollEvent } from "../native/native.js";
import { eventLoop, type Watch } from "./event-loop.js";

/** The other side's descriptor that we signal: an eventfd, or a pipe in its place. */
export class SignalDescriptor {
  readonly #fd: number;

  /** @param fd closed by `close`, or if it cannot be used */
  constructor(fd: number) {
    this.#fd = fd;
    try {
      // One that is full says enough, and must not hold us up.
      native().setNonBlocking(fd);
    } catch (error) {
      native().close(fd);
      throw error;
    }
  }

  /** 0, or a negative errno. */
  signal(): number {
    return native().signal(this.#fd);
  }

  /** Another descriptor of the same, for another thread. @throws NativeError where there can be no more */
  duplicate(): number {
    return native().duplicate(this.#fd);
  }

  close(): void {
    native().close(this.#fd);
  }
}

/** A descriptor that the other side signals: an eventfd, or a pipe in its place. */
export class WaitDescriptor {
  readonly #fd: number;
  readonly #watch: Watch;

  /**
   * @param fd closed by `close`, or if it cannot be used
   * @throws NativeError where it is no file that can be waited for
   */
  constructor(fd: number, onSignal: () => void) {
    this.#fd = fd;
    try {
      // Each write to an eventfd is an event of its own, so that it need not be read; but a pipe fills up.
      const isPipe = fstatSync(fd).isFIFO();
      if (isPipe) native().setNonBlocking(fd);
      const onEvent = isPipe ? () => this.#empty(onSignal) : onSignal;
      this.#watch = eventLoop().watch(fd, PollEvent.READABLE | PollEvent.EDGE, onEvent);
    } catch (error) {
      native().close(fd);
      throw error;
    }
  }

  /** Another descriptor of the same, for another thread, which alone waits for it from now on. */
  handOver(): number {
    this.#watch.close();
    return native().duplicate(this.#fd);
  }

  close(): void {
    this.#watch.close();
    native().close(this.#fd);
  }

  #empty(onSignal: () => void): void {
    native().drain(this.#fd);
    onSignal();
  }
}
