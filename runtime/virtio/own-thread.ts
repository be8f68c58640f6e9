import type { Defer } from "../deferred.js";
import type { AddressSpace } from "../memory/address-space.js";
import type { Poller } from "../polled.js";
import type { DeviceDefinition } from "./device.js";
import type { FeatureSet } from "./feature-set.js";
import { openRing } from "./open-ring.js";
import { PolledQueue } from "./polled-queue.js";
import type { QueueEvents, QueuePlace, QueuePlan } from "./queue-place.js";
import { QueueRunner } from "./queue-runner.js";
import { RequestQueue } from "./request-queue.js";

/** What queues need of the thread that they run on. */
export interface ThreadParts {
  readonly definition: DeviceDefinition;
  readonly memory: AddressSpace;
  readonly defer: Defer;
  /** Has queues polled, where that is done. */
  readonly poller: Poller;
  /** Makes the request handlers, when the features are final. */
  handlers(accepted: FeatureSet): object;
  /** Sends a used buffer notification. */
  notifyUsed(index: number): void;
}

/** Runs queues of requests on the thread that it was made on. */
export class OwnThread implements QueuePlace {
  readonly #parts: ThreadParts;
  #handlers: object = {};

  constructor(parts: ThreadParts) {
    this.#parts = parts;
  }

  prepare(accepted: FeatureSet): void {
    this.#handlers = this.#parts.handlers(accepted);
  }

  run({ index, name, setup, accepted, terms, held }: QueuePlan, events: QueueEvents): QueueRunner {
    const { definition, memory, defer, poller, notifyUsed } = this.#parts;
    const Message = definition.requests[name];
    if (Message === undefined) throw new Error(`${definition.description.name}: no message class for ${name}`);
    const ring = openRing(memory, setup, accepted, () => notifyUsed(index));
    const observer = {
      handlerFailed: (error: unknown, count: number) => tellFailure(error, count, events),
    };
    const polled = new PolledQueue(
      ring,
      () => runner.kick(),
      (error) => runner.fault(error),
    );
    const handlers = this.#handlers as never;
    const server = new RequestQueue(ring, Message, terms, handlers, observer, defer, { poller, polled }, held);
    const runner = new QueueRunner(ring, server, events.broken);
    return runner;
  }
}

/** The first failure, the tenth, the hundredth: a driver that provokes them must not flood the log. */
export function tellFailure(error: unknown, count: number, events: Pick<QueueEvents, "handlerFailed">): void {
  if (!Number.isInteger(Math.log10(count))) return;
  events.handlerFailed(error instanceof Error ? (error.stack ?? error.message) : String(error), count);
}
