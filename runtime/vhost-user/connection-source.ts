import { eventLoop, type Watch } from "../io/event-loop.js";
import type { Logger } from "../log.js";
import { isNativeError, native, PollEvent } from "../native/native.js";

/** Where frontends come from: a listening socket; a path to connect to, again and again; a socket that is connected. */
export type ConnectionSource =
  | { readonly listen: number }
  | { readonly connect: string }
  | { readonly connected: number };

/** Brings connected sockets, one at a time. */
export interface Sockets {
  /** Calls back once, when there is one, which is the callee's. */
  next(onSocket: (socket: number) => void): void;
  /** Brings no more. */
  close(): void;
}

/** First and longest pause before another attempt, in milliseconds. */
const RETRY_MIN = 50;
const RETRY_MAX = 2000;

export function openSource(source: ConnectionSource, log: Logger): Sockets {
  if ("listen" in source) return new Listener(source.listen, log);
  if ("connect" in source) return new Connector(source.connect, log);
  return { next: (onSocket) => onSocket(source.connected), close: () => {} };
}

/** Accepts one frontend at a time; the next waits in the kernel, which is said once. */
class Listener implements Sockets {
  readonly #listener: number;
  readonly #log: Logger;
  #watch: Watch | undefined;
  #retry: NodeJS.Timeout | undefined;
  #onSocket: ((socket: number) => void) | undefined;

  constructor(listener: number, log: Logger) {
    this.#listener = listener;
    this.#log = log;
  }

  next(onSocket: (socket: number) => void): void {
    this.#onSocket = onSocket;
    this.#wait();
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#ignore();
    native().close(this.#listener);
  }

  #wait(): void {
    this.#watch ??= eventLoop().watch(this.#listener, PollEvent.READABLE, () => this.#arrived());
  }

  #ignore(): void {
    this.#watch?.close();
    this.#watch = undefined;
  }

  #arrived(): void {
    if (this.#onSocket !== undefined) {
      this.#give(this.#onSocket);
      return;
    }
    this.#log.info("vhost-user: another frontend waits until the present one has gone");
    this.#ignore();
  }

  #give(onSocket: (socket: number) => void): void {
    const socket = this.#accept();
    if (socket < 0) return;
    this.#onSocket = undefined;
    onSocket(socket);
  }

  /** -1 where nobody waits any more, or the system refuses, which is tried again later. */
  #accept(): number {
    try {
      return native().socketAccept(this.#listener);
    } catch (error) {
      if (!isNativeError(error)) throw error;
      this.#log.error(`vhost-user: no frontend can be accepted: ${error.message}`);
      this.#ignore();
      this.#retry = setTimeout(() => this.#wait(), RETRY_MAX);
      return -1;
    }
  }
}

/** Connects to a frontend that listens, as often as it takes. One that drops each connection must not keep us busy. */
class Connector implements Sockets {
  readonly #path: string;
  readonly #log: Logger;
  #retry: NodeJS.Timeout | undefined;
  /** Before the next attempt; and when the last one succeeded, both in milliseconds. */
  #pause = 0;
  #connectedAt = Number.NEGATIVE_INFINITY;

  constructor(path: string, log: Logger) {
    this.#path = path;
    this.#log = log;
  }

  next(onSocket: (socket: number) => void): void {
    if (performance.now() - this.#connectedAt > RETRY_MAX) this.#pause = 0;
    this.#wait(() => this.#connect(onSocket, true));
  }

  close(): void {
    clearTimeout(this.#retry);
  }

  #wait(then: () => void): void {
    this.#retry = setTimeout(then, this.#pause);
    this.#pause = Math.min(Math.max(2 * this.#pause, RETRY_MIN), RETRY_MAX);
  }

  #connect(onSocket: (socket: number) => void, isFirst: boolean): void {
    const socket = this.#attempt(isFirst);
    if (socket === undefined) return this.#wait(() => this.#connect(onSocket, false));
    this.#connectedAt = performance.now();
    onSocket(socket);
  }

  #attempt(isFirst: boolean): number | undefined {
    try {
      return native().socketConnect(this.#path);
    } catch (error) {
      if (!isNativeError(error)) throw error;
      if (isFirst) this.#log.info(`vhost-user: nobody listens at ${this.#path} yet: ${error.message}`);
      return undefined;
    }
  }
}
