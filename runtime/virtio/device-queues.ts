import { QUEUE_SIZE_MAX } from "../virtqueue/descriptor.js";
import { VirtqueueError } from "../virtqueue/virtqueue-error.js";
import { type Backend, ownThreadContext } from "./backend.js";
import type { Term } from "./buffer-view.js";
import { type Device, type DeviceParts, partsOf } from "./device.js";
import type { Transport } from "./device-model.js";
import { evaluate } from "./expression.js";
import { FeatureSet } from "./feature-set.js";
import { featureScope } from "./negotiation.js";
import { openRing, type QueueSetup } from "./open-ring.js";
import { OwnThread, tellFailure } from "./own-thread.js";
import type { Pool } from "./pool.js";
import type { QueueEvents, QueuePlace, RunningQueue } from "./queue-place.js";
import { QueueRunner } from "./queue-runner.js";
import { type QueueRole, queueCountMax, queueTable } from "./queue-table.js";

/** Requests in flight get this long to end before a stop is said to hang. */
export const DRAIN_TIMEOUT_MS = 20_000;

interface QueueState {
  setup?: QueueSetup;
  enabled: boolean;
  /** Its name in the definition, once it ran. */
  name?: string;
  running?: RunningQueue;
  /** Resolves to its position when it has stopped. */
  stopping?: Promise<number | undefined>;
}

/** The queues of a device: set up by the transport, bound to their roles when the features are final, run on kicks. */
export class DeviceQueues {
  /** Queues that can exist, over all feature sets that could be accepted. */
  readonly countMax: number;
  readonly #parts: DeviceParts;
  readonly #device: Device;
  readonly #transport: Transport;
  /** Where queues of requests run. */
  readonly #place: QueuePlace;
  readonly #broken: (reason: string) => void;
  #states: QueueState[] = [];
  /** Bound when the driver is ready. */
  #roles: ReadonlyMap<number, QueueRole> | undefined;
  #accepted: FeatureSet = new FeatureSet();

  constructor(device: Device, backend: Backend<never>, transport: Transport, broken: (reason: string) => void) {
    this.#device = device;
    this.#parts = partsOf(device);
    this.#transport = transport;
    this.#broken = broken;
    const { definition, config, offered } = this.#parts;
    const { memory, defer, poller } = transport;
    const handlers = () => backend.lane?.(ownThreadContext(device)) ?? device;
    const notifyUsed = (index: number) => transport.notifyUsed(index);
    this.#place = transport.lanes ?? new OwnThread({ definition, memory, defer, poller, handlers, notifyUsed });
    const names = definition.description.features.filter((feature) => offered.has(feature.bit));
    this.countMax = queueCountMax(
      definition.description,
      names.map((feature) => feature.name),
      (field) => config.value(field),
    );
    this.clear();
  }

  /** Largest size of each queue. */
  get sizeMax(): number {
    return Math.min(this.#transport.queueSizeMax, QUEUE_SIZE_MAX);
  }

  /** @throws VirtqueueError where there is no such queue, or it would be too large */
  setup(index: number, setup: QueueSetup): void {
    const state = this.#state(index);
    if (setup.size > this.sizeMax) {
      throw new VirtqueueError("queue-size", `queue ${index}: size ${setup.size} is above ${this.sizeMax}`);
    }
    state.setup = setup;
  }

  /** The driver lets the device use a queue; it runs from DRIVER_OK on. */
  enable(index: number): void {
    this.#state(index).enabled = true;
    if (this.#roles === undefined) return;
    this.#start(index);
    this.kick(index);
  }

  /** The driver is ready: the queues get their roles, and those that are enabled start. Nothing is served yet. */
  ready(accepted: FeatureSet): void {
    const { description } = this.#parts.definition;
    const scope = featureScope(
      description,
      (bit) => accepted.has(bit),
      (field) => this.#parts.config.value(field),
    );
    this.#accepted = accepted;
    this.#place.prepare(accepted);
    this.#roles = queueTable(description, scope);
    for (const { queue, n } of this.#roles.values()) this.#parts.pools[queue.name]?.[n]?.expect();
    for (const [index, state] of this.#states.entries()) if (state.enabled) this.#start(index);
  }

  /** Looks into every running queue: the driver may have filled it before it was started. */
  kickAll(): void {
    for (const index of this.#states.keys()) this.kick(index);
  }

  /** An available buffer notification. */
  kick(index: number): void {
    this.#states[index]?.running?.kick();
  }

  /** Stops a queue, as GET_VRING_BASE does; resolves to its position when nothing is in flight any more; undefined where it never ran or had none. */
  stop(index: number): Promise<number | undefined> {
    const stopped = this.#stop(index);
    this.#tellStopping();
    return stopped;
  }

  /** Resets a queue alone (VIRTIO 2.6.1): as `stop`, and its setup is forgotten. */
  async reset(index: number): Promise<void> {
    await this.stop(index);
    delete this.#state(index).setup;
  }

  /** Stops every queue. */
  async stopAll(): Promise<void> {
    const stopped = this.#states.map((_, index) => this.#stop(index));
    this.#tellStopping();
    await Promise.all(stopped);
  }

  /** Stops every queue, and starts none until the driver is ready again. */
  close(): Promise<void> {
    this.#roles = undefined;
    return this.stopAll();
  }

  /** Gives up on everything in flight; nobody waits for it any more. */
  abandon(): void {
    for (const { running } of this.#states) running?.abandon();
  }

  /** Whether a queue runs or has requests in flight. */
  get running(): boolean {
    return this.#states.some(({ running }) => running !== undefined);
  }

  /** Forgets every queue; all are stopped. */
  clear(): void {
    this.#states = Array.from({ length: this.countMax }, () => ({ enabled: false }));
    this.#roles = undefined;
    for (const pool of Object.values(this.#parts.pools).flat()) pool.clear();
  }

  async #stop(index: number): Promise<number | undefined> {
    const state = this.#state(index);
    const { running, setup } = state;
    state.enabled = false;
    if (running !== undefined) {
      state.stopping ??= this.#drain(state.name ?? "queue", running);
      const reached = await state.stopping;
      if (state.running === running) {
        delete state.running;
        delete state.stopping;
      }
      if (reached !== undefined && setup !== undefined && state.setup === setup) {
        state.setup = { ...setup, position: reached };
      }
    }
    const position = state.setup?.position;
    // It may have been enabled again while it was waited for.
    if (state.enabled && this.#states[index] === state && this.#roles !== undefined) this.enable(index);
    return position;
  }

  /** Memory that requests may still write to cannot be given back: if they hang, the session has to end. */
  async #drain(queue: string, running: RunningQueue): Promise<number | undefined> {
    const bound = setTimeout(() => this.#stuck(queue, running), DRAIN_TIMEOUT_MS);
    const position = await running.stop();
    clearTimeout(bound);
    return position;
  }

  #stuck(queue: string, { inFlight = "some" }: { readonly inFlight: number | string | undefined }): void {
    const { name } = this.#parts.definition.description;
    const reason = `${name}: ${queue}: ${inFlight} requests did not end within ${DRAIN_TIMEOUT_MS / 1000} s`;
    this.#device.log.error(reason);
    this.#transport.sessionFailed(reason);
  }

  /** What a behaviour's requests wait for should end now. */
  #tellStopping(): void {
    try {
      this.#device.onStopping();
    } catch (error) {
      this.#device.log.error(`${this.#parts.definition.description.name}: onStopping failed: ${describe(error)}`);
    }
  }

  #state(index: number): QueueState {
    const state = this.#states[index];
    if (state === undefined) throw new VirtqueueError("queue-size", `queue ${index} of ${this.countMax}`);
    return state;
  }

  #start(index: number): void {
    const state = this.#state(index);
    const role = this.#roles?.get(index);
    if (role === undefined || state.setup === undefined || state.running !== undefined) return;
    try {
      state.name = role.queue.name;
      state.running = this.#run(index, role, state.setup);
    } catch (error) {
      if (!(error instanceof VirtqueueError)) throw error;
      this.#fault(role.queue.name, index, error);
    }
  }

  #run(index: number, { queue, n }: QueueRole, setup: QueueSetup): RunningQueue {
    const { pools, definition } = this.#parts;
    const { name, held = false } = queue;
    const events: QueueEvents = {
      broken: (error) => this.#fault(name, index, error),
      handlerFailed: (error, count) => this.#handlerFailed(name, error, count),
    };
    const pool = pools[name]?.[n];
    if (pool !== undefined) return this.#runPool(index, pool, name, setup, events);
    const terms = this.#terms(definition.requests[name]?.terms ?? []);
    return this.#place.run({ index, name, setup, accepted: this.#accepted, terms, held }, events);
  }

  /** A queue that the device draws from is the device's own, on its own thread. */
  #runPool(index: number, pool: Pool, name: string, setup: QueueSetup, events: QueueEvents): RunningQueue {
    const notifyUsed = () => this.#transport.notifyUsed(index);
    const ring = openRing(this.#transport.memory, setup, this.#accepted, notifyUsed);
    const runner = new QueueRunner(ring, pool, events.broken);
    pool.start(ring, this.#terms(this.#parts.definition.pools[name]?.Message.terms ?? []), {
      ringBroken: (error) => runner.fault(error),
      fillFailed: (error) => tellFailure(error, 1, events),
    });
    return runner;
  }

  /** The values of a message's expressions, with the features and the configuration as they are now. */
  #terms(terms: readonly Term[]): Float64Array {
    const { definition, offered, config } = this.#parts;
    const scopes = {
      offered: featureScope(
        definition.description,
        (bit) => offered.has(bit),
        (field) => config.value(field),
      ),
      negotiated: featureScope(
        definition.description,
        (bit) => this.#accepted.has(bit),
        (field) => config.value(field),
      ),
    };
    return Float64Array.from(terms, (term) => evaluate(term.value, scopes[term.features]));
  }

  /** The driver broke a rule of a ring: the device asks for a reset. */
  #fault(name: string, index: number, error: VirtqueueError): void {
    this.#broken(`${name} (queue ${index}): ${error.message} [${error.rule}]`);
  }

  #handlerFailed(queue: string, error: string, count: number): void {
    const { name } = this.#parts.definition.description;
    this.#device.log.error(`${name}: ${queue}: a request handler failed (${count} so far): ${error}`);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
