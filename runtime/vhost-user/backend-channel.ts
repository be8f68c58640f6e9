import { eventLoop, type Watch } from "../io/event-loop.js";
import type { Logger } from "../log.js";
import { isNativeError, native, PollEvent } from "../native/native.js";
import { BackendRequest, MessageFlags } from "./messages.js";
import { encodeMessage } from "./wire.js";

const CHANGED = encodeMessage(BackendRequest.CONFIG_CHANGE_MSG, MessageFlags.VERSION);
/** Replies that are thrown away in one turn. */
const DISCARD = 4096;

/**
 * The socket on which the backend makes requests ("Back-end communication"): it says that the configuration changed. It
 * never blocks; of changes that the frontend has not read, one is kept.
 */
export class BackendChannel {
  readonly #log: Logger;
  #socket: number | undefined;
  #watch: Watch | undefined;
  /** Bytes of the message that are still to be sent. */
  #left = 0;
  /** A change came while the message of an earlier one was under way. */
  #again = false;
  readonly #discarded = new Uint8Array(DISCARD);
  readonly #noDescriptors = new Int32Array(2);

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Uses a socket from now on, and closes it in the end. @throws NativeError where it cannot be waited for */
  open(socket: number): void {
    this.close();
    this.#socket = socket;
    try {
      this.#watch = eventLoop().watch(socket, PollEvent.READABLE, (mask) => this.#wake(socket, mask));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Tells the frontend that the configuration changed. */
  configChanged(): void {
    if (this.#socket === undefined) return;
    if (this.#left > 0 && this.#left < CHANGED.length) this.#again = true;
    else this.#left = CHANGED.length;
    this.#use(this.#socket, (socket) => this.#send(socket));
  }

  close(): void {
    this.#watch?.close();
    if (this.#socket !== undefined) native().close(this.#socket);
    this.#watch = this.#socket = undefined;
    this.#left = 0;
    this.#again = false;
  }

  #wake(socket: number, mask: number): void {
    this.#use(socket, () => {
      if ((mask & ~PollEvent.WRITABLE) !== 0) this.#discard(socket);
      if (this.#socket === socket) this.#send(socket);
    });
  }

  #send(socket: number): void {
    while (this.#left > 0) {
      const count = native().socketSend(socket, CHANGED, CHANGED.length - this.#left, this.#left, []);
      if (count < 0) break;
      this.#left -= count;
      if (this.#left > 0 || !this.#again) continue;
      this.#again = false;
      this.#left = CHANGED.length;
    }
    this.#watch?.modify(PollEvent.READABLE | (this.#left > 0 ? PollEvent.WRITABLE : 0));
  }

  /** Replies were not asked for. */
  #discard(socket: number): void {
    const count = native().socketReceive(socket, this.#discarded, 0, DISCARD, this.#noDescriptors);
    if (count === 0) this.#drop("the frontend closed it");
  }

  #use(socket: number, action: (socket: number) => void): void {
    try {
      action(socket);
    } catch (error) {
      if (!isNativeError(error)) throw error;
      this.#drop(error.message);
    }
  }

  #drop(reason: string): void {
    this.#log.info(`vhost-user: the backend channel is gone: ${reason}`);
    this.close();
  }
}
