import { QUEUE_SIZE_MAX } from "../virtqueue/descriptor.js";
import { openVirtqueue } from "../virtqueue/open-virtqueue.js";
import { VirtqueueError } from "../virtqueue/virtqueue-error.js";
import { type Backend, ownThreadContext } from "./backend.js";
import type { Term } from "./buffer-view.js";
import { type Device, type DeviceParts, partsOf } from "./device.js";
import type { Transport } from "./device-model.js";
import { evaluate } from "./expression.js";
import { FeatureSet } from "./feature-set.js";
import { featureScope } from "./negotiation.js";
import { PolledQueue } from "./polled-queue.js";
import { DRAIN_TIMEOUT_MS, QueueRunner, type QueueSetup } from "./queue-runner.js";
import { type QueueRole, queueCountMax, queueTable } from "./queue-table.js";
import { RequestQueue } from "./request-queue.js";
import { TransportFeature } from "./transport-features.js";

interface QueueState {
  setup?: QueueSetup;
  enabled: boolean;
  runner?: QueueRunner;
  /** Used its budget up and gets its next turn from the event loop: a kick in between changes nothing. */
  waiting?: boolean;
}

/** The queues of a device: set up by the transport, bound to their roles when the features are final, run on kicks. */
export class DeviceQueues {
  /** Queues that can exist, over all feature sets that could be accepted. */
  readonly countMax: number;
  readonly #parts: DeviceParts;
  readonly #device: Device;
  readonly #backend: Backend<never>;
  readonly #transport: Transport;
  readonly #broken: (reason: string) => void;
  #states: QueueState[] = [];
  /** Bound when the driver is ready. */
  #roles: ReadonlyMap<number, QueueRole> | undefined;
  #accepted: FeatureSet = new FeatureSet();
  #handlers: object = {};

  constructor(device: Device, backend: Backend<never>, transport: Transport, broken: (reason: string) => void) {
    this.#device = device;
    this.#parts = partsOf(device);
    this.#backend = backend;
    this.#transport = transport;
    this.#broken = broken;
    const { definition, config, offered } = this.#parts;
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
    this.#handlers = this.#backend.lane?.(ownThreadContext(this.#device)) ?? this.#device;
    this.#roles = queueTable(description, scope);
    for (const [index, state] of this.#states.entries()) if (state.enabled) this.#start(index);
  }

  /** Looks into every running queue: the driver may have filled it before it was started. */
  kickAll(): void {
    for (const index of this.#states.keys()) this.kick(index);
  }

  /** An available buffer notification. */
  kick(index: number): void {
    const state = this.#states[index];
    const runner = state?.runner;
    if (state === undefined || runner === undefined || state.waiting === true) return;
    try {
      if (!runner.process()) return;
      state.waiting = true;
      setImmediate(() => {
        state.waiting = false;
        this.kick(index);
      });
    } catch (error) {
      this.#fault(index, runner, error);
    }
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
    for (const { runner } of this.#states) runner?.abandon();
  }

  /** Whether a queue runs or has requests in flight. */
  get running(): boolean {
    return this.#states.some(({ runner }) => runner !== undefined);
  }

  /** Forgets every queue; all are stopped. */
  clear(): void {
    this.#states = Array.from({ length: this.countMax }, () => ({ enabled: false }));
    this.#roles = undefined;
    for (const pool of Object.values(this.#parts.pools).flat()) pool.clear();
  }

  async #stop(index: number): Promise<number | undefined> {
    const state = this.#state(index);
    const { runner, setup } = state;
    state.enabled = false;
    await runner?.stop();
    if (state.runner === runner) delete state.runner;
    if (runner !== undefined && setup !== undefined && state.setup === setup) {
      state.setup = { ...setup, position: runner.position };
    }
    const position = state.setup?.position;
    // It may have been enabled again while it was waited for.
    if (state.enabled && this.#states[index] === state && this.#roles !== undefined) this.enable(index);
    return position;
  }

  /** Memory that requests may still write to cannot be given back: the session has to end. */
  #stuck(queue: string, inFlight: number): void {
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
    if (role === undefined || state.setup === undefined || state.runner !== undefined) return;
    try {
      state.runner = this.#run(index, role, state.setup);
    } catch (error) {
      this.#fault(index, undefined, error);
    }
  }

  #run(index: number, { queue, n }: QueueRole, setup: QueueSetup): QueueRunner {
    const ring = openVirtqueue(this.#transport.memory, setup, {
      packed: this.#accepted.has(TransportFeature.RING_PACKED),
      inOrder: this.#accepted.has(TransportFeature.IN_ORDER),
      indirect: this.#accepted.has(TransportFeature.INDIRECT_DESC),
      eventIdx: this.#accepted.has(TransportFeature.EVENT_IDX),
      ...(setup.position === undefined ? {} : { position: setup.position }),
      inflight: setup.inflight,
      notifyUsed: () => this.#transport.notifyUsed(index),
    });
    const { pools, definition } = this.#parts;
    const stuck = () => this.#stuck(queue.name, ring.inFlight);
    const pool = pools[queue.name]?.[n];
    if (pool !== undefined) {
      const terms = this.#terms(definition.pools[queue.name]?.Message.terms ?? []);
      pool.start(ring, terms, {
        ringBroken: (error) => this.#fault(index, this.#states[index]?.runner, error),
        fillFailed: (error) => this.#handlerFailed(queue.name, error, 1),
      });
      return new QueueRunner(ring, pool, stuck);
    }
    const Message = definition.requests[queue.name];
    if (Message === undefined) throw new Error(`${definition.description.name}: no message class for ${queue.name}`);
    const observer = {
      handlerFailed: (error: unknown, count: number) => this.#handlerFailed(queue.name, error, count),
    };
    const { poller, defer } = this.#transport;
    const polled = new PolledQueue(
      ring,
      () => this.kick(index),
      (error) => this.#fault(index, this.#states[index]?.runner, error),
    );
    const server = new RequestQueue(
      ring,
      Message,
      this.#terms(Message.terms),
      this.#handlers as never,
      observer,
      defer,
      { poller, polled },
      queue.held,
    );
    return new QueueRunner(ring, server, stuck);
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

  /** A corrupt ring stops its queue, and the device asks for a reset; any other error is ours and goes up. */
  #fault(index: number, runner: QueueRunner | undefined, error: unknown): void {
    if (!(error instanceof VirtqueueError)) throw error;
    void runner?.stop();
    const name = this.#roles?.get(index)?.queue.name ?? "queue";
    this.#broken(`${name} (queue ${index}): ${error.message} [${error.rule}]`);
  }

  /** Logs the first failure, the tenth, the hundredth: a driver that provokes them must not flood the log. */
  #handlerFailed(queue: string, error: unknown, count: number): void {
    if (!Number.isInteger(Math.log10(count))) return;
    const { name } = this.#parts.definition.description;
    this.#device.log.error(`${name}: ${queue}: a request handler failed (${count} so far): ${describe(error)}`);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
