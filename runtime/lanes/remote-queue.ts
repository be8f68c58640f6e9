import type { QueueEvents, RunningQueue } from "../virtio/queue-place.js";
import { VirtqueueError } from "../virtqueue/virtqueue-error.js";
import type { LaneThread, OnQueueReport } from "./lane-thread.js";
import type { LaneMessage, QueueSignals } from "./messages.js";

/** A queue that runs on a lane, as the thread that owns the device sees it. */
export class RemoteQueue implements RunningQueue {
  readonly inFlight: undefined;
  readonly #thread: LaneThread;
  readonly #id: number;
  readonly #events: QueueEvents;
  readonly #stopped: Promise<number | undefined>;
  #resolve: (position: number | undefined) => void = () => {};
  /** Whether it was told to take nothing more. */
  stopping = false;
  #over = false;

  constructor(thread: LaneThread, message: Extract<LaneMessage, { kind: "run" }>, events: QueueEvents) {
    this.#thread = thread;
    this.#id = message.queue;
    this.#events = events;
    this.#stopped = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    thread.run(message, this.#take);
  }

  /** The first has the lane wait for the driver's own, which do not come by here. */
  kick(): void {
    if (!this.stopping) this.#thread.tell({ kind: "kick", queue: this.#id });
  }

  setSignals(signals: QueueSignals): void {
    this.#thread.tell({ kind: "signals", queue: this.#id, signals });
  }

  stop(): Promise<number | undefined> {
    if (!this.stopping) this.#thread.tell({ kind: "stop", queue: this.#id });
    this.stopping = true;
    return this.#stopped;
  }

  /** Does not wait for the lane, which may hang. */
  abandon(): void {
    if (this.#over) return;
    this.stopping = true;
    this.#thread.tell({ kind: "abandon", queue: this.#id });
    this.#end(0);
  }

  readonly #take: OnQueueReport = (report) => {
    if (report.kind === "stopped") this.#end(report.position);
    else if (report.kind === "broken") this.#events.broken(new VirtqueueError(report.rule, report.message));
    else this.#events.handlerFailed(report.error, report.count);
  };

  #end(position: number | undefined): void {
    this.#over = true;
    this.#thread.forget(this.#id);
    this.#resolve(position);
  }
}
