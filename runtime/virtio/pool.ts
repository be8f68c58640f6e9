import type { Chain } from "../virtqueue/chain.js";
import type { Virtqueue } from "../virtqueue/virtqueue.js";
import type { BufferSink } from "./buffer-view.js";
import { Drain } from "./drain.js";
import { type MessageClass, makeViews } from "./message-class.js";
import type { PoolBuffer } from "./pool-buffer.js";
import type { QueueServer } from "./queue-runner.js";

/** What happens to a message for which the driver left no buffer. */
export type WhenEmpty = "drop" | "hold" | "latest";

/** Messages that wait for a buffer at the most, where a definition says `hold`; further ones are dropped. */
const HOLD_MAX = 1024;

/** Hears of what a pool cannot settle by itself. */
export interface PoolObserver {
  /** The driver broke a rule of the ring. */
  ringBroken(error: unknown): void;
  /** Filling a buffer that a message had waited for failed. */
  fillFailed(error: unknown): void;
}

/** A queue of empty buffers that the device fills when it has something to say, such as an event queue. */
export class Pool<View extends PoolBuffer = PoolBuffer> implements BufferSink, QueueServer {
  /** Messages that were dropped because no buffer was there. */
  dropped = 0;
  readonly #Message: MessageClass<View>;
  readonly #whenEmpty: WhenEmpty;
  #ring: Virtqueue | undefined;
  #views: View[] = [];
  #waiting: ((buffer: View) => void)[] = [];
  /** From the driver being ready to the reset: messages may wait, also before the queue starts and while it is stopped. */
  #expected = false;
  #drain: Drain | undefined;
  /** The driver broke a rule of the ring. */
  #broken = false;
  /** What is sent waits to be published. */
  #gathering = false;
  #observer: PoolObserver = { ringBroken: () => {}, fillFailed: () => {} };

  constructor(Message: MessageClass<View>, whenEmpty: WhenEmpty) {
    this.#Message = Message;
    this.#whenEmpty = whenEmpty;
  }

  /**
   * Takes an empty buffer: fill it in, then `complete()` it.
   *
   * @returns undefined where the driver left none, or the queue is not running
   */
  take(): View | undefined {
    try {
      // Bounded: a driver could refill the ring with buffers that are too small as fast as they are given back.
      for (let left = this.#ring?.size ?? 0; left > 0; left--) {
        const chain = this.#ring?.take();
        if (chain === undefined) return undefined;
        const view = this.#views[chain.slot] as View;
        view.arrive(chain);
        if (view.prepare()) return view;
      }
    } catch (error) {
      this.#fault(error);
    }
    return undefined;
  }

  /**
   * Sends a message: `fill` sets its fields, now or, where the definition's `when-empty` says so, when a buffer comes.
   *
   * @returns false where the message was dropped
   */
  post(fill: (buffer: View) => void): boolean {
    const buffer = this.#waiting.length === 0 ? this.take() : undefined;
    if (buffer !== undefined) send(buffer, fill);
    else if (!this.#keep(fill)) this.dropped++;
    else return true;
    return buffer !== undefined;
  }

  /** Sends several messages that the driver is to see at once, such as the parts of one that spans buffers. */
  together(send: () => void): void {
    this.#gathering = true;
    try {
      send();
    } finally {
      this.#gathering = false;
      this.#publish();
    }
  }

  finish(chain: Chain, written: number): void {
    this.#ring?.put(chain, written);
    if (!this.#gathering) this.#publish();
  }

  /** @internal The driver is ready, and has such a queue; over vhost-user it may start later than others. */
  expect(): void {
    this.#expected = true;
  }

  /** @internal The queue has started. */
  start(ring: Virtqueue, terms: Float64Array, observer: PoolObserver): void {
    this.#views = makeViews(this.#Message, ring.size, this, terms);
    this.#observer = observer;
    this.#broken = false;
    this.#drain = new Drain(ring);
    this.#ring = ring;
  }

  /** @internal Buffers have come: what waited is sent. Without that the driver's notifications are not needed. */
  process(): boolean {
    this.#flush();
    if (this.#waiting.length > 0) return this.#arm();
    this.#ring?.disarm();
    return false;
  }

  /** @internal Takes no more buffers; resolves when those that are out are given back. What waits, waits on. */
  stop(): Promise<void> {
    return this.#drain?.begin() ?? Promise.resolve();
  }

  /** @internal The queue is gone. */
  retire(): void {
    for (const view of this.#views) view.retire();
    this.#drain?.end();
    this.#ring = undefined;
    this.#views = [];
  }

  /** @internal The device was reset: what waited is void. */
  clear(): void {
    this.#waiting = [];
    this.#expected = false;
    this.#drain = undefined;
  }

  #publish(): void {
    this.#ring?.publish();
    this.#drain?.look();
  }

  #flush(): void {
    while (this.#waiting.length > 0) {
      const buffer = this.take();
      if (buffer === undefined) return;
      try {
        send(buffer, this.#waiting.shift() as (buffer: View) => void);
      } catch (error) {
        this.#observer.fillFailed(error);
      }
    }
  }

  /** Keeps a message until a buffer comes; false where it may not wait. */
  #keep(fill: (buffer: View) => void): boolean {
    if (!this.#expected || this.#broken) return false;
    if (this.#whenEmpty === "drop" || (this.#whenEmpty === "hold" && this.#waiting.length >= HOLD_MAX)) return false;
    if (this.#whenEmpty === "latest") this.dropped += this.#waiting.splice(0).length;
    this.#waiting.push(fill);
    if (this.#arm()) this.#flush();
    return true;
  }

  /** Asks to hear of new buffers; true where some are there already. */
  #arm(): boolean {
    try {
      return this.#ring?.arm() === true;
    } catch (error) {
      this.#fault(error);
      return false;
    }
  }

  /** The driver broke a rule of the ring: nothing can be sent before the device is reset. */
  #fault(error: unknown): void {
    this.#broken = true;
    this.#waiting = [];
    this.#observer.ringBroken(error);
  }
}

function send<View extends PoolBuffer>(buffer: View, fill: (buffer: View) => void): void {
  try {
    fill(buffer);
    buffer.complete();
  } catch (error) {
    buffer.fail();
    throw error;
  }
}
