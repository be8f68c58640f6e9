import { eventLoop } from "../io/event-loop.js";
import { ioSettled } from "../io/io-engine.js";
import type { Logger } from "../log.js";
import { native } from "../native/native.js";
import type { Backend } from "../virtio/backend.js";
import type { DeviceDefinition } from "../virtio/device.js";
import { FeatureSet } from "../virtio/feature-set.js";
import { OwnThread } from "../virtio/own-thread.js";
import { laneContext } from "./lane-context.js";
import { LaneMemory } from "./lane-memory.js";
import { LaneQueue } from "./lane-queue.js";
import type { LaneMessage, LaneReport, LogLevel, Preparation, QueueSignals } from "./messages.js";

/** Serves queues of a device that another thread owns, as that thread says. */
export class Lane {
  readonly #report: (report: LaneReport) => void;
  readonly #memory = new LaneMemory();
  readonly #thread: OwnThread;
  readonly #log: Logger;
  readonly #queues = new Map<number, LaneQueue>();
  /** Those that have not ended, by the index that the driver knows. */
  readonly #byIndex = new Map<number, LaneQueue>();
  #preparation: Preparation | undefined;

  constructor(backend: Backend<never>, report: (report: LaneReport) => void) {
    this.#report = report;
    const log = (level: LogLevel) => (message: string) => report({ kind: "log", level, message });
    this.#log = { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
    const definition = backend.definition as DeviceDefinition;
    this.#thread = new OwnThread({
      definition,
      memory: this.#memory.guest,
      defer: eventLoop().defer,
      poller: eventLoop(),
      handlers: () => this.#handlers(backend, definition),
      notifyUsed: (index) => this.#byIndex.get(index)?.notifyUsed(),
    });
  }

  take(message: LaneMessage): void {
    switch (message.kind) {
      case "prepare":
        this.#preparation = message;
        return this.#thread.prepare(FeatureSet.fromWords(message.accepted));
      case "memory":
        return this.#memory.hold(message.regions);
      case "run":
        return this.#run(message);
      case "signals":
        return this.#setSignals(message.queue, message.signals);
      case "kick":
        return this.#queues.get(message.queue)?.kick();
      case "stop":
        return this.#queues.get(message.queue)?.stop();
      case "abandon":
        return this.#queues.get(message.queue)?.abandon();
      case "reach":
        return this.#report({ kind: "done", question: message.question });
      case "settle":
        return this.#settle(message.question);
    }
  }

  #handlers(backend: Backend<never>, definition: DeviceDefinition): object {
    return backend.lane?.(laneContext(definition, this.#preparation as Preparation, this.#log)) ?? {};
  }

  #run(message: Extract<LaneMessage, { kind: "run" }>): void {
    const queue = new LaneQueue(message, this.#thread, this.#log, this.#report, () => this.#forget(queue));
    this.#queues.set(queue.id, queue);
    this.#byIndex.set(queue.index, queue);
  }

  /** A queue that has ended meanwhile needs none. */
  #setSignals(id: number, signals: QueueSignals): void {
    const queue = this.#queues.get(id);
    if (queue !== undefined) return queue.setSignals(signals);
    native().close(signals.kick);
    if (signals.call !== undefined) native().close(signals.call);
  }

  #forget(queue: LaneQueue): void {
    this.#queues.delete(queue.id);
    if (this.#byIndex.get(queue.index) === queue) this.#byIndex.delete(queue.index);
  }

  #settle(question: number): void {
    void ioSettled().then(() => this.#report({ kind: "done", question }));
  }
}
