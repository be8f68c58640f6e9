import { eventLoop, type Watch } from "../io/event-loop.js";
import { isNativeError, native, PollEvent } from "../native/native.js";
import type { Message } from "./message.js";
import { MessageReader } from "./message-reader.js";
import { MessageWriter } from "./message-writer.js";
import { isFrontendFault } from "./protocol-error.js";

/** Messages that are handled before the rings get their turn. */
const BATCH = 32;

const GONE = PollEvent.PEER_HANGUP | PollEvent.HANGUP | PollEvent.ERROR;

/** What a connection tells its session. */
export interface ConnectionEvents {
  /** Handles a message. The next one is read when that is done. */
  onMessage(message: Message): Promise<void>;
  /** Nothing comes any more. @param fault what was wrong with the stream; undefined where the frontend just left */
  onEnd(fault: string | undefined): void;
}

/** A socket with a frontend at its other end: messages come one after another, replies go. */
export class Connection {
  readonly #socket: number;
  readonly #events: ConnectionEvents;
  readonly #reader: MessageReader;
  readonly #writer: MessageWriter;
  readonly #watch: Watch;
  #open = true;
  #busy = false;
  /** More came while a message was being handled: it waits in the socket. */
  #muted = false;
  #mask: number = PollEvent.READABLE | PollEvent.PEER_HANGUP;

  /** @param socket the connection's from now on */
  constructor(socket: number, events: ConnectionEvents) {
    this.#socket = socket;
    this.#events = events;
    this.#reader = new MessageReader(socket);
    this.#writer = new MessageWriter(socket);
    this.#watch = eventLoop().watch(socket, this.#mask, (mask) => this.#wake(mask));
  }

  /** Sends a message, unless the connection has ended; the descriptors are closed in either case. */
  send(bytes: Uint8Array, descriptors: readonly number[] = []): void {
    if (this.#open) this.#try(() => this.#writer.send(bytes, descriptors));
    else for (const fd of descriptors) native().close(fd);
    this.#listen();
  }

  /** Takes and sends nothing more. The frontend cannot tell before `close`. */
  stop(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#watch.close();
    this.#reader.close();
    this.#writer.close();
  }

  close(): void {
    this.stop();
    native().close(this.#socket);
  }

  #wake(mask: number): void {
    if ((mask & PollEvent.WRITABLE) !== 0) this.#try(() => this.#writer.flush());
    if (!this.#busy && this.#open) void this.#pump();
    else if ((mask & GONE) !== 0) this.#end(undefined);
    else this.#muted = this.#busy;
    this.#listen();
  }

  async #pump(): Promise<void> {
    this.#busy = true;
    for (let left = BATCH; left > 0; left--) {
      const message = this.#try(() => this.#reader.next());
      if (message === undefined) break;
      await this.#events.onMessage(message);
      if (!this.#open) break;
    }
    this.#busy = this.#muted = false;
    if (this.#reader.ended) this.#end(undefined);
    this.#listen();
  }

  /** Waits for what can be handled now: while a message is, not for further ones, but for the end of the connection. */
  #listen(): void {
    const mask =
      PollEvent.PEER_HANGUP | (this.#muted ? 0 : PollEvent.READABLE) | (this.#writer.pending ? PollEvent.WRITABLE : 0);
    if (!this.#open || mask === this.#mask) return;
    this.#mask = mask;
    this.#watch.modify(mask);
  }

  /** Does something with the socket; whatever goes wrong there ends the connection. */
  #try<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      if (!isFrontendFault(error)) throw error;
      // Who has gone reads no replies.
      this.#end(isNativeError(error) && error.code === "EPIPE" ? undefined : error.message);
      return undefined;
    }
  }

  #end(fault: string | undefined): void {
    if (!this.#open) return;
    this.stop();
    this.#events.onEnd(fault);
  }
}
