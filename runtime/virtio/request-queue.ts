import type { Defer, Deferred } from "../deferred.js";
import { noPoller, type Polled, type Poller } from "../polled.js";
import type { Chain } from "../virtqueue/chain.js";
import { OrderError } from "../virtqueue/used-order.js";
import type { Virtqueue } from "../virtqueue/virtqueue.js";
import type { BufferSink } from "./buffer-view.js";
import { Drain } from "./drain.js";
import { type MessageClass, makeViews } from "./message-class.js";
import type { QueueServer } from "./queue-runner.js";
import type { Request } from "./request.js";

/** Work done before the event loop gets its turn, so that no driver can starve the transport: see `costOf`. */
const BUDGET = 1024;

/** Completions that the driver is told of together, while more are served: few enough for it to go on meanwhile. */
const PUBLISH_AT = 32;

/** A request, and one more for every 16 KiB and every 16 segments. */
function costOf(chain: Chain): number {
  const bytes = chain.readableLength + chain.writableLength;
  return 1 + Math.floor(bytes / 16384) + (chain.segments >>> 4);
}

/** Looks at a queue that has just been emptied, while its thread spins anyway: less than coming back to it would cost. */
const LOOKS = 64;

/** Who polls a queue, and as what. */
export interface Polling {
  readonly poller: Poller;
  readonly polled: Polled;
}

const NOT_POLLED: Polling = {
  poller: noPoller,
  polled: { polled: false, look: () => {}, poll: () => {}, rest: () => false },
};

/** What a queue did since it started. */
export interface QueueCounters {
  /** Buffers given back. */
  completed: number;
  /** Of these, how many were answered without the behaviour, because they were malformed or not supported. */
  refused: number;
  /** Handlers that threw or rejected. */
  failed: number;
}

/** Hears of what a queue cannot settle by itself. */
export interface QueueObserver {
  /** A handler threw; its request was answered with the error status. `count` are those since the queue started. */
  handlerFailed(error: unknown, count: number): void;
}

/** Runs a queue of requests: takes buffers, has them parsed and handled, gives them back in batches. */
export class RequestQueue<Handlers = unknown> implements BufferSink, QueueServer, Deferred {
  deferred = false;
  readonly counters: QueueCounters = { completed: 0, refused: 0, failed: 0 };
  readonly #ring: Virtqueue;
  readonly #views: Request<Handlers>[];
  readonly #handlers: Handlers;
  readonly #observer: QueueObserver;
  readonly #defer: Defer;
  readonly #polling: Polling;
  /** Inside `process`: completions wait for its end to be published. */
  #batching = false;
  #unpublished = 0;
  readonly #drain: Drain;
  readonly #held: boolean;

  /** @param held the behaviour keeps requests until it has something to say: a stop gives them back unanswered */
  constructor(
    ring: Virtqueue,
    Message: MessageClass<Request<Handlers>>,
    terms: Float64Array,
    handlers: Handlers,
    observer: QueueObserver,
    defer: Defer,
    polling: Polling = NOT_POLLED,
    held = false,
  ) {
    this.#ring = ring;
    this.#defer = defer;
    this.#polling = polling;
    this.#held = held;
    this.#drain = new Drain(ring);
    this.#views = makeViews(Message, ring.size, this, terms);
    this.#handlers = handlers;
    this.#observer = observer;
  }

  /**
   * Serves what is available, within the budget of one turn.
   *
   * @returns true where more is waiting: call again after the event loop had its turn
   * @throws VirtqueueError where the driver broke a rule; what was served before is published
   */
  process(): boolean {
    if (this.#batching) return false;
    this.#batching = true;
    try {
      this.#ring.disarm();
      let left = BUDGET;
      do {
        left = this.#serve(left);
        this.#publishBatch();
        if (left <= 0) return true;
      } while (!this.#polling.poller.stay(this.#polling.polled) && this.#ring.arm());
      return false;
    } finally {
      this.#batching = false;
      this.#publish();
    }
  }

  finish(chain: Chain, written: number, refused: boolean): void {
    this.#ring.put(chain, written);
    this.counters.completed++;
    if (refused) this.counters.refused++;
    if (!this.#batching) this.#defer(this);
    else if (++this.#unpublished === PUBLISH_AT) this.#publishBatch();
  }

  /** Requests were completed outside of `process`. */
  runDeferred(): void {
    this.#publish();
  }

  /** What was completed, and is put off to be published, must not be taken for given back. */
  stop(): Promise<void> {
    if (this.#held) for (const view of this.#views) view.fail();
    this.#ring.publish();
    return this.#drain.begin();
  }

  retire(): void {
    for (const view of this.#views) view.retire();
    this.#drain.end();
  }

  #publishBatch(): void {
    this.#unpublished = 0;
    this.#ring.publish();
  }

  /** Lets the driver see what was completed; a stop that waited for the last of it goes on. */
  #publish(): void {
    this.#ring.publish();
    this.#drain.look();
  }

  /** Serves what is available, at most a queue full and a budget; returns what is left of the budget. */
  #serve(budget: number): number {
    let left = budget;
    for (let room = this.#ring.size; room > 0 && left > 0; room--) {
      const chain = this.#ring.take() ?? this.#linger();
      if (chain === undefined) return left;
      left -= costOf(chain);
      this.#handle(chain);
    }
    return left;
  }

  /** The queue is empty: where nothing is in flight, and the thread spins anyway, the driver's next buffer is near. */
  #linger(): Chain | undefined {
    if (!this.#polling.poller.spins || this.#ring.inFlight > 0) return undefined;
    this.#publishBatch();
    for (let looks = 0; looks < LOOKS; looks++) {
      const chain = this.#ring.take();
      if (chain !== undefined) return chain;
    }
    return undefined;
  }

  #handle(chain: Chain): void {
    const view = this.#views[chain.slot] as Request<Handlers>;
    view.arrive(chain);
    try {
      const handled = view.dispatch(this.#handlers);
      if (typeof handled === "object") this.#await(view, handled);
    } catch (error) {
      this.#failed(view, view.serial, error);
    }
  }

  /** An asynchronous handler: its rejection answers the request like a throw. */
  #await(view: Request<Handlers>, handled: unknown): void {
    const { serial } = view;
    Promise.resolve(handled).catch((error: unknown) => this.#failed(view, serial, error));
  }

  /** @throws OrderError where that is what the handler failed with: what the device promised its driver holds no more */
  #failed(view: Request<Handlers>, serial: number, error: unknown): void {
    if (error instanceof OrderError) throw error;
    this.counters.failed++;
    this.#observer.handlerFailed(error, this.counters.failed);
    if (view.serial === serial) view.fail();
  }
}
