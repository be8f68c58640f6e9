import type { VirtqueueError } from "../virtqueue/virtqueue-error.js";
import type { FeatureSet } from "./feature-set.js";
import type { QueueSetup } from "./open-ring.js";

/** What a queue of requests is run with, wherever that is. */
export interface QueuePlan {
  readonly index: number;
  /** Its name in the definition. */
  readonly name: string;
  readonly setup: QueueSetup;
  /** The driver's features. */
  readonly accepted: FeatureSet;
  /** Values of the expressions of its message. */
  readonly terms: Float64Array;
  /** The behaviour keeps requests until it has something to say: a stop gives them back unanswered. */
  readonly held: boolean;
}

/** Hears of what a queue cannot settle by itself, on the thread that owns the device. */
export interface QueueEvents {
  /** The driver broke a rule of the ring; nothing more is taken. */
  broken(error: VirtqueueError): void;
  /** A handler threw: told of the first time since the queue started, the tenth, the hundredth. */
  handlerFailed(error: string, count: number): void;
}

/** A queue that is served, wherever that is. */
export interface RunningQueue {
  /** Buffers that were taken and not given back; undefined where only another thread knows. */
  readonly inFlight: number | undefined;
  /** Looks whether there are buffers. */
  kick(): void;
  /**
   * Takes nothing more; resolves to its position when all that was taken is given back, or given up; undefined where it never
   * ran and was new.
   */
  stop(): Promise<number | undefined>;
  /** Gives up on what is in flight: completing it does nothing any more. */
  abandon(): void;
}

/** Where queues of requests run: the thread that owns the device, or others. */
export interface QueuePlace {
  /** The driver is ready, and its features are final: handlers are made anew. */
  prepare(accepted: FeatureSet): void;
  /** Serves a queue, from its first kick on. @throws VirtqueueError where the driver's setup cannot be used */
  run(plan: QueuePlan, events: QueueEvents): RunningQueue;
}
