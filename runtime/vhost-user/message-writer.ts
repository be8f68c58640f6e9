import { native } from "../native/native.js";
import { ProtocolError } from "./protocol-error.js";

/** Most bytes that wait for the frontend to read. */
const WAITING_MAX = 64 * 1024;

interface Waiting {
  readonly bytes: Uint8Array;
  sent: number;
  /** Go with the first byte. */
  descriptors: readonly number[];
}

/** Sends messages whole, as fast as they are read, without ever blocking. */
export class MessageWriter {
  readonly #socket: number;
  readonly #waiting: Waiting[] = [];
  #bytes = 0;

  constructor(socket: number) {
    this.#socket = socket;
  }

  /** Whether `flush` has something to do once the socket can be written to. */
  get pending(): boolean {
    return this.#waiting.length > 0;
  }

  /**
   * Sends a message; the descriptors are the writer's, which closes them.
   *
   * @throws ProtocolError where the frontend does not read
   * @throws NativeError where the connection broke
   */
  send(bytes: Uint8Array, descriptors: readonly number[] = []): void {
    this.#waiting.push({ bytes, sent: 0, descriptors });
    this.#bytes += bytes.length;
    this.flush();
    if (this.#bytes > WAITING_MAX) throw new ProtocolError(`${this.#bytes} bytes of replies were not read`);
  }

  /** Sends what waits. @throws NativeError where the connection broke */
  flush(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const { bytes, sent, descriptors } = first;
      const count = native().socketSend(this.#socket, bytes, sent, bytes.length - sent, descriptors);
      if (count < 0) return;
      first.sent += count;
      this.#bytes -= count;
      if (count > 0) this.#closeDescriptors(first);
      if (first.sent === bytes.length) this.#waiting.shift();
    }
  }

  /** Drops what waits. */
  close(): void {
    for (const message of this.#waiting.splice(0)) this.#closeDescriptors(message);
  }

  #closeDescriptors(message: Waiting): void {
    for (const fd of message.descriptors) native().close(fd);
    message.descriptors = [];
  }
}
