import { eventLoop } from "../io/event-loop.js";
import { ioSettled } from "../io/io-engine.js";
import type { Lanes } from "../lanes/lanes.js";
import type { Logger } from "../log.js";
import type { Backend } from "../virtio/backend.js";
import type { Device } from "../virtio/device.js";
import { DeviceModel, type Transport } from "../virtio/device-model.js";
import { BackendChannel } from "./backend-channel.js";
import { Connection } from "./connection.js";
import { DriverStatus } from "./driver-status.js";
import { InflightRegion } from "./inflight-region.js";
import { LaneWatch } from "./lane-watch.js";
import { MemoryTable } from "./memory-table.js";
import type { Message } from "./message.js";
import { MessageFlags, ProtocolFeature } from "./messages.js";
import { carries, Negotiated } from "./negotiated.js";
import { ProtocolError } from "./protocol-error.js";
import { Requests } from "./requests.js";
import { Rings } from "./rings.js";
import type { SessionParts } from "./session-parts.js";
import { encodeMessage } from "./wire.js";

/** One device, ready for one frontend: from its connection to its end, after which nothing of it is left. */
export class Session {
  readonly #log: Logger;
  readonly #parts: SessionParts;
  readonly #requests: Requests;
  #connection: Connection | undefined;
  /** The message that is being handled. */
  #handling: Promise<void> = Promise.resolve();
  #heard = false;
  /** Requests hung, and were given up. */
  #failed = false;
  readonly #watch: LaneWatch | undefined;
  /** Settled when the memory of a session that failed is out of reach. */
  #revoked: Promise<void> = Promise.resolve();
  #ending: Promise<void> | undefined;
  #ended: () => void = () => {};

  /**
   * @param limits the largest size of a ring, and whether packed ones are offered
   * @param pool threads for queues; all run on this one where absent
   * @throws FeatureError where the device cannot be run over vhost-user
   */
  constructor(
    backend: Backend<never>,
    device: Device,
    limits: Pick<Transport, "queueSizeMax" | "packed">,
    pool: Lanes | undefined,
    log: Logger,
  ) {
    this.#log = log;
    const memory = new MemoryTable();
    const lanes = pool?.place((index) => this.#parts.rings.get(index).handOver());
    this.#watch = lanes && new LaneWatch(lanes, (reason) => this.#fail(reason));
    const transport: Transport = {
      name: "vhost-user",
      memory: memory.guest,
      ...limits,
      ...(lanes && { lanes }),
      carries,
      defer: eventLoop().defer,
      poller: eventLoop(),
      notifyUsed: (queue) => this.#parts.rings.signalUsed(queue),
      notifyConfig: () => this.#notifyConfig(),
      sessionFailed: (reason) => this.#fail(reason),
    };
    const model = new DeviceModel(device, backend, transport);
    const status = new DriverStatus(model);
    const negotiated = new Negotiated(model, status);
    const inflight = new InflightRegion();
    const rings = new Rings({ model, memory, inflight, status, lanes, log });
    const channel = new BackendChannel(log);
    this.#parts = { model, status, negotiated, memory, inflight, rings, channel, lanes, log };
    this.#requests = new Requests(this.#parts);
  }

  /**
   * Serves a frontend.
   *
   * @param socket a connected socket, the session's from now on
   * @returns resolves when the session is over, and nothing of it is left
   * @throws NativeError where it is no socket
   */
  serve(socket: number): Promise<void> {
    this.#connection = new Connection(socket, {
      onMessage: (message) => {
        this.#handling = this.#handle(message);
        return this.#handling;
      },
      onEnd: (fault) => this.#end(fault),
    });
    this.#log.info("vhost-user: frontend connected");
    return new Promise((resolve) => {
      this.#ended = resolve;
    });
  }

  /** Whether the frontend said anything: what only connects wants to know whether someone listens. */
  get heard(): boolean {
    return this.#heard;
  }

  /** Ends the session, if there is one, as soon as nothing is in flight any more. */
  close(): Promise<void> {
    this.#ending ??= this.#finish();
    return this.#ending;
  }

  async #handle(message: Message): Promise<void> {
    this.#heard = true;
    try {
      const reply = await this.#requests.answer(message);
      await this.#watch?.reach();
      if (reply === undefined) return;
      const descriptors = reply.descriptor === undefined ? [] : [reply.descriptor];
      const flags = MessageFlags.VERSION | MessageFlags.REPLY;
      this.#connection?.send(encodeMessage(message.request, flags, reply.payload), descriptors);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#end(error.message);
    }
  }

  #notifyConfig(): void {
    const { status, negotiated, rings, channel } = this.#parts;
    if (status.needsReset && !negotiated.has(ProtocolFeature.STATUS)) rings.signalErrors();
    else if (negotiated.has(ProtocolFeature.CONFIG)) channel.configChanged();
  }

  /**
   * Requests hang: the frontend loses its memory here, and hears nothing but that the session is over. What they still do
   * to the medium must not come after what the next session does: that one waits.
   */
  #fail(reason: string): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#connection?.stop();
    this.#parts.rings.halt();
    this.#parts.model.abandon();
    this.#revoked = this.#revoke();
    this.#end(reason);
  }

  async #revoke(): Promise<void> {
    if (this.#watch !== undefined) await this.#watch.letGo();
    this.#parts.memory.clear();
  }

  #end(fault: string | undefined): void {
    if (fault === undefined) this.#log.info("vhost-user: frontend disconnected");
    else this.#log.warn(`vhost-user: session ended: ${fault}`);
    void this.close();
  }

  /** What is in flight may write to the frontend's memory, which it believes to be its own once the socket is closed. */
  async #finish(): Promise<void> {
    const { model, rings, channel, inflight, memory, lanes } = this.#parts;
    this.#connection?.stop();
    rings.halt();
    await this.#handling;
    await model.end();
    await this.#revoked;
    rings.close();
    channel.close();
    inflight.release();
    memory.clear();
    lanes?.setMemory(memory.guest);
    this.#connection?.close();
    if (this.#failed) await Promise.all([ioSettled(), lanes?.settled()]);
    this.#ended();
  }
}
