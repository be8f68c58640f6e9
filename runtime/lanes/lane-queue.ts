import { SignalDescriptor, WaitDescriptor } from "../io/event-descriptor.js";
import type { Logger } from "../log.js";
import { windowOf } from "../memory/shared-memory.js";
import { isNativeError, native } from "../native/native.js";
import { FeatureSet } from "../virtio/feature-set.js";
import type { QueueSetup } from "../virtio/open-ring.js";
import type { QueueEvents, QueuePlace, RunningQueue } from "../virtio/queue-place.js";
import { VirtqueueError } from "../virtqueue/virtqueue-error.js";
import type { LaneMessage, LaneReport, QueueSignals, SharedSetup } from "./messages.js";

type RunMessage = Extract<LaneMessage, { kind: "run" }>;

/** A queue on its lane, with the descriptors by which driver and device notify each other. */
export class LaneQueue {
  readonly id: number;
  readonly index: number;
  readonly #log: Logger;
  readonly #report: (report: LaneReport) => void;
  readonly #forget: () => void;
  readonly #events: QueueEvents;
  /** Its position while it does not run. */
  readonly #begin: number | undefined;
  /** Absent where the driver's setup cannot be used. */
  #running: RunningQueue | undefined;
  /** Not waited for before the first kick. */
  #kick: number | WaitDescriptor;
  #call: SignalDescriptor | undefined;
  #unsignalled = false;
  #open = true;

  /** @param forget called at its end */
  constructor(
    message: RunMessage,
    place: QueuePlace,
    log: Logger,
    report: (report: LaneReport) => void,
    forget: () => void,
  ) {
    const { queue: id, index, signals, setup } = message;
    this.id = id;
    this.index = index;
    this.#log = log;
    this.#report = report;
    this.#forget = forget;
    this.#begin = setup.position;
    this.#kick = signals.kick;
    this.#setCall(signals.call);
    this.#events = {
      broken: ({ rule, message: text }) => report({ kind: "broken", queue: id, rule, message: text }),
      handlerFailed: (error, count) => report({ kind: "handler failed", queue: id, error, count }),
    };
    this.#run(message, place);
  }

  kick(): void {
    if (typeof this.#kick === "number") this.#kick = this.#waitFor(this.#kick);
    this.#running?.kick();
  }

  /** The driver is notified, and notifies, by other descriptors from now on; those before are closed. */
  setSignals({ kick, call }: QueueSignals): void {
    this.#closeKick();
    this.#kick = this.#waitFor(kick);
    this.#setCall(call);
    this.#running?.kick();
  }

  notifyUsed(): void {
    if (this.#call === undefined || this.#call.signal() >= 0 || this.#unsignalled) return;
    this.#unsignalled = true;
    this.#log.warn(`queue ${this.index}: its call descriptor cannot be written to`);
  }

  /** Reports `stopped` when nothing is in flight any more. */
  stop(): void {
    const stopped = this.#running?.stop() ?? Promise.resolve(this.#begin);
    void stopped.then((position) => this.#end(position));
  }

  /** Gives up on what is in flight. */
  abandon(): void {
    this.#running?.abandon();
    this.stop();
  }

  #run({ index, name, setup, accepted, terms, held }: RunMessage, place: QueuePlace): void {
    try {
      const plan = { index, name, accepted: FeatureSet.fromWords(accepted), terms, held };
      this.#running = place.run({ ...plan, setup: setupOf(setup) }, this.#events);
    } catch (error) {
      if (!(error instanceof VirtqueueError)) throw error;
      this.#events.broken(error);
    }
  }

  #waitFor(fd: number): WaitDescriptor {
    return new WaitDescriptor(fd, () => this.#running?.kick());
  }

  #setCall(fd: number | undefined): void {
    this.#call?.close();
    this.#call = fd === undefined ? undefined : new SignalDescriptor(fd);
  }

  #closeKick(): void {
    if (typeof this.#kick === "number") native().close(this.#kick);
    else this.#kick.close();
  }

  #end(position: number | undefined): void {
    if (!this.#open) return;
    this.#open = false;
    this.#closeKick();
    this.#setCall(undefined);
    this.#forget();
    this.#report({ kind: "stopped", queue: this.id, position });
  }
}

/** @throws VirtqueueError where the memory is gone: so is the session */
function setupOf({ inflight, position, ...layout }: SharedSetup): QueueSetup {
  const setup = { ...layout, ...(position === undefined ? {} : { position }) };
  if (inflight === undefined) return setup;
  const { mapping, offset, length, entries } = inflight;
  try {
    return { ...setup, inflight: { mapping: windowOf(mapping, offset, length), offset: 0, entries } };
  } catch (error) {
    if (!isNativeError(error)) throw error;
    throw new VirtqueueError("inflight-region", "the memory was taken away");
  }
}
