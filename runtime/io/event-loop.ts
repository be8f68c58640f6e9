import type { Deferred } from "../deferred.js";
import { native } from "../native/native.js";
import type { Polled, Poller } from "../polled.js";
import { DeferredQueue } from "./deferred-queue.js";
import { PollTime } from "./poll-time.js";
import { Polling } from "./polling.js";
import { throwLater } from "./uncaught.js";
import { type OnEvents, WatchTable } from "./watch-table.js";

/** Events that one wake-up handles; the next brings the rest. */
const EVENTS_MAX = 128;

/** A file descriptor that is waited for. */
export interface Watch {
  /** @param mask what to wait for from now on, of `PollEvent`; a closed watch stays closed */
  modify(mask: number): void;
  /** To be called before the descriptor is closed. Events that already came are dropped. */
  close(): void;
}

/** Waits on this thread for file descriptors, and runs at the end of each batch of events what was put off to then. */
export class EventLoop implements Poller {
  readonly #events = new Int32Array(2 * EVENTS_MAX);
  readonly #watches = new WatchTable();
  readonly #tasks = new DeferredQueue();
  #polling = new Polling(new PollTime(0));
  /** Something will run the tasks: the batch of events that is being handled, or a callback. */
  #willRun = false;

  constructor() {
    native().pollerOpen(this.#events, (count) => this.#handle(count));
  }

  /**
   * Waits for a descriptor, and keeps the process alive for it.
   *
   * @param mask of `PollEvent`; errors and hang-ups come unasked
   * @throws NativeError EPERM where the kernel cannot wait on this kind of file, EEXIST where it is watched already
   */
  watch(fd: number, mask: number, onEvents: OnEvents): Watch {
    const token = this.#watches.add(onEvents);
    try {
      native().pollerAdd(fd, token, mask);
    } catch (error) {
      this.#watches.remove(token);
      throw error;
    }
    return this.#watchOf(fd, token);
  }

  /**
   * Runs a task when the present batch of events was handled, or else as a microtask; once, however often it is put off
   * before. Tasks may put off tasks.
   */
  readonly defer = (task: Deferred): void => {
    this.#tasks.add(task);
    this.#runSoon();
  };

  /** Spins at most so many microseconds before each sleep, from 0 (never) to 1000. What is polled already stays so. */
  set pollMaxUs(microseconds: number) {
    this.#polling = new Polling(new PollTime(microseconds * 1000));
  }

  get spins(): boolean {
    return this.#polling.spins;
  }

  /** Polls from the end of the present batch of events on. */
  stay(polled: Polled): boolean {
    const stays = this.#polling.stay(polled);
    if (stays) this.#runSoon();
    return stays;
  }

  #runSoon(): void {
    if (this.#willRun) return;
    this.#willRun = true;
    queueMicrotask(this.#runTasks);
  }

  #watchOf(fd: number, token: number): Watch {
    let open = true;
    return {
      modify: (mask) => {
        if (open) native().pollerModify(fd, token, mask);
      },
      close: () => {
        if (!open) return;
        open = false;
        native().pollerRemove(fd);
        this.#watches.remove(token);
      },
    };
  }

  #handle(count: number): void {
    this.#willRun = true;
    this.#polling.woke();
    this.#watches.beginBatch();
    for (let i = 0; i < count; i++) this.#dispatch(this.#events[2 * i] as number, this.#events[2 * i + 1] as number);
    this.#watches.endBatch();
    this.#runTasks();
  }

  #dispatch(token: number, mask: number): void {
    try {
      this.#watches.find(token)?.(mask);
    } catch (error) {
      throwLater(error);
    }
  }

  readonly #settle = (): boolean => !this.#tasks.run();

  readonly #runTasks = (): void => {
    this.#willRun = true;
    this.#willRun = this.#tasks.run() || this.#polling.run(this.#settle);
    // Input, timers and signals have their turn before the rest.
    if (this.#willRun) setImmediate(this.#runTasks);
  };
}

let loop: EventLoop | undefined;

/** The event loop of this thread. @throws Error where there is no addon for this machine */
export function eventLoop(): EventLoop {
  loop ??= new EventLoop();
  return loop;
}
