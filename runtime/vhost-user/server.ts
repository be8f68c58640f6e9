import { eventLoop } from "../io/event-loop.js";
import type { LaneOptions } from "../lanes/lane-options.js";
import { Lanes } from "../lanes/lanes.js";
import type { Logger } from "../log.js";
import type { Backend } from "../virtio/backend.js";
import type { Device } from "../virtio/device.js";
import { type ConnectionSource, openSource, type Sockets } from "./connection-source.js";
import { Session } from "./session.js";

export type { ConnectionSource, LaneOptions };

export interface ServerOptions {
  /** End with the first frontend instead of waiting for the next. */
  readonly exitOnDisconnect?: boolean;
  /** Where connections and faults are logged; the device's log where absent. */
  readonly log?: Logger;
  /** How long a thread may spin for requests before it sleeps, in microseconds, from 0 to 1000; see `EventLoop`. */
  readonly pollMaxUs?: number;
  /** Largest ring that a frontend may set up, in entries; 1024 where absent, as with QEMU. */
  readonly queueSizeMax?: number;
  /** Whether packed virtqueues are offered; they are where absent. */
  readonly packed?: boolean;
  /** Has queues of requests served on threads of their own; all run on this one where absent. */
  readonly lanes?: LaneOptions;
}

/** A device that is served to one frontend after another. */
export interface VhostUserServer {
  /** Resolves when no frontend is served any more, and none will be. */
  readonly ended: Promise<void>;
  /** Ends the session, once what is in flight has ended, and lets go of all descriptors. */
  close(): Promise<void>;
}

/**
 * Serves a device over vhost-user.
 *
 * @param source its descriptors are the server's from now on; a `connected` one is the only frontend that is served
 * @throws RangeError where the behaviour cannot run on other threads, or not on so many
 * @throws FeatureError where the device cannot be run over vhost-user
 * @throws NativeError where a descriptor is no socket
 */
export function serveVhostUser<D extends Device>(
  backend: Backend<never, D>,
  device: D,
  source: ConnectionSource,
  options: ServerOptions = {},
): VhostUserServer {
  const log = options.log ?? device.log;
  const { pollMaxUs = POLL_MAX_US } = options;
  eventLoop().pollMaxUs = pollMaxUs;
  const lanes = options.lanes && new Lanes(backend, device, options.lanes, pollMaxUs);
  const rings = { queueSizeMax: options.queueSizeMax ?? RING_SIZE_MAX, packed: options.packed ?? true };
  const prepare = () => new Session(backend, device, rings, lanes, log);
  const isLast = (session: Session) =>
    "connected" in source || (options.exitOnDisconnect === true && (session.heard || "connect" in source));
  return new Server(prepare, openSource(source, log), isLast, lanes);
}

/** VIRTIO allows 32768; each entry of a ring costs memory here, and frontends stay far below. */
const RING_SIZE_MAX = 1024;

/** Where nothing else is said: what a wake-up of this thread takes, roughly. */
const POLL_MAX_US = 32;

class Server implements VhostUserServer {
  readonly ended: Promise<void>;
  readonly #prepare: () => Session;
  readonly #sockets: Sockets;
  readonly #isLast: (session: Session) => boolean;
  readonly #lanes: Lanes | undefined;
  #session: Session;
  #closing = false;
  #end: () => void = () => {};

  constructor(
    prepare: () => Session,
    sockets: Sockets,
    isLast: (session: Session) => boolean,
    lanes: Lanes | undefined,
  ) {
    this.#lanes = lanes;
    this.#prepare = prepare;
    this.#sockets = sockets;
    this.#isLast = isLast;
    this.#session = prepare();
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#sockets.next((socket) => this.#serve(socket));
  }

  async close(): Promise<void> {
    if (!this.#closing) this.#sockets.close();
    this.#closing = true;
    await this.#session.close();
    await this.#lanes?.close();
    this.#end();
  }

  #serve(socket: number): void {
    const session = this.#session;
    void session.serve(socket).then(() => {
      if (this.#closing || this.#isLast(session)) return this.close();
      this.#session = this.#prepare();
      this.#sockets.next((next) => this.#serve(next));
      return undefined;
    });
  }
}
