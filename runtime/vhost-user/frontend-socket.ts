import { eventLoop, type Watch } from "../io/event-loop.js";
import { native, PollEvent } from "../native/native.js";
import { FrontendError } from "./frontend-error.js";
import { DESCRIPTORS_MAX, HEADER_SIZE, PAYLOAD_MAX } from "./messages.js";
import { decodeHeader } from "./wire.js";

/** A message that the other side sent. Its descriptors are the receiver's. */
export interface Received {
  readonly request: number;
  readonly flags: number;
  readonly payload: Uint8Array;
  readonly descriptors: readonly number[];
}

interface Outgoing {
  readonly bytes: Uint8Array;
  readonly descriptors: readonly number[];
  sent: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A connected socket: whole messages in, any bytes out. It closes itself where the other side does. */
export class FrontendSocket {
  onMessage: (message: Received) => void = () => {};
  /** Called once, when nothing can come any more. */
  onEnd: (error: FrontendError) => void = () => {};
  readonly #fd: number;
  readonly #watch: Watch;
  readonly #bytes = new Uint8Array(HEADER_SIZE + PAYLOAD_MAX);
  readonly #arrived = new Int32Array(2 + DESCRIPTORS_MAX);
  /** Bytes of the present message, and descriptors that came with it. */
  #filled = 0;
  #descriptors: number[] = [];
  #outgoing: Outgoing[] = [];
  #ended: FrontendError | undefined;

  /** @param fd becomes the socket's own */
  constructor(fd: number) {
    this.#fd = fd;
    this.#watch = eventLoop().watch(fd, PollEvent.READABLE, (events) => this.#run(events));
  }

  /** Why nothing can be sent any more; undefined while something can. */
  get ended(): FrontendError | undefined {
    return this.#ended;
  }

  /**
   * Sends bytes with descriptors, which stay the caller's and may be closed when it resolves.
   *
   * @throws FrontendError where the other side is gone
   */
  send(bytes: Uint8Array, descriptors: readonly number[] = []): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const sent = new Promise<void>((resolve, reject) => {
      this.#outgoing.push({ bytes, descriptors, sent: 0, resolve, reject });
    });
    this.#flush();
    return sent;
  }

  close(): void {
    this.#end("the connection was closed");
  }

  #run(events: number): void {
    if ((events & PollEvent.WRITABLE) !== 0) this.#flush();
    try {
      while (this.#ended === undefined && this.#receive());
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error));
    }
  }

  /** Reads on, at most to the end of the present message; false where nothing more is there. */
  #receive(): boolean {
    const wanted = this.#filled < HEADER_SIZE ? HEADER_SIZE : HEADER_SIZE + this.#size();
    const count = native().socketReceive(this.#fd, this.#bytes, this.#filled, wanted - this.#filled, this.#arrived);
    if (count < 0) return false;
    this.#descriptors.push(...this.#arrived.subarray(2, 2 + (this.#arrived[0] as number)));
    if (count === 0) this.#end("the backend closed the connection");
    this.#filled += count;
    if (this.#filled >= HEADER_SIZE && this.#filled === HEADER_SIZE + this.#size()) this.#deliver();
    return true;
  }

  #size(): number {
    const { size } = decodeHeader(this.#bytes);
    if (size > PAYLOAD_MAX)
      throw new FrontendError("VDEV_BACKEND_REPLY", `the backend sent a payload of ${size} bytes`);
    return size;
  }

  #deliver(): void {
    const message: Received = {
      ...decodeHeader(this.#bytes),
      payload: this.#bytes.slice(HEADER_SIZE, this.#filled),
      descriptors: this.#descriptors,
    };
    this.#filled = 0;
    this.#descriptors = [];
    this.onMessage(message);
  }

  #flush(): void {
    try {
      while (this.#sendSome());
    } catch (error) {
      // What the other side sent before it went away can still be read, and ends with its end.
      this.#fail(new FrontendError("VDEV_BACKEND_GONE", `the backend cannot be sent to: ${(error as Error).message}`));
    }
    const writable = this.#outgoing.length > 0 ? PollEvent.WRITABLE : 0;
    if (this.#ended === undefined) this.#watch.modify(PollEvent.READABLE | writable);
  }

  /** Sends what the kernel takes of the first message; false where it takes none. */
  #sendSome(): boolean {
    const next = this.#outgoing[0];
    if (next === undefined) return false;
    const descriptors = next.sent === 0 ? next.descriptors : [];
    const count = native().socketSend(this.#fd, next.bytes, next.sent, next.bytes.length - next.sent, descriptors);
    if (count < 0) return false;
    next.sent += count;
    if (next.sent < next.bytes.length) return true;
    this.#outgoing.shift();
    next.resolve();
    return true;
  }

  #fail(error: FrontendError): void {
    for (const { reject } of this.#outgoing.splice(0)) reject(error);
  }

  #end(reason: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = new FrontendError("VDEV_BACKEND_GONE", reason);
    this.#watch.close();
    native().close(this.#fd);
    for (const fd of this.#descriptors.splice(0)) native().close(fd);
    this.#fail(this.#ended);
    this.onEnd(this.#ended);
  }
}
