import { native } from "../native/native.js";
import { Message } from "./message.js";
import { DESCRIPTORS_MAX, HEADER_SIZE, MessageFlags, PAYLOAD_MAX } from "./messages.js";
import { ProtocolError } from "./protocol-error.js";
import { decodeHeader } from "./wire.js";

/**
 * Puts messages together again, however the stream was cut.
 *
 * File descriptors belong to the message whose first byte they came with. One call of the kernel never reaches beyond a
 * message, so that those of the next stay where they are.
 */
export class MessageReader {
  /** The frontend sends nothing more, and all that it sent was read. */
  ended = false;
  readonly #socket: number;
  readonly #header = new Uint8Array(HEADER_SIZE);
  #payload: Uint8Array | undefined;
  /** Bytes of the header, or else of the payload, that are there. */
  #received = 0;
  readonly #fds = new Int32Array(2 + DESCRIPTORS_MAX);
  #descriptors: number[] = [];

  constructor(socket: number) {
    this.#socket = socket;
  }

  /**
   * The next message; undefined while a part of it is missing.
   *
   * @throws ProtocolError where the stream cannot be followed any further
   * @throws NativeError where the connection broke
   */
  next(): Message | undefined {
    if (this.#payload === undefined) {
      if (!this.#fill(this.#header)) return undefined;
      this.#payload = new Uint8Array(this.#checkedSize());
      this.#received = 0;
    }
    const payload = this.#payload;
    if (!this.#fill(payload)) return undefined;
    const { request, flags } = decodeHeader(this.#header);
    const message = new Message(request, flags, payload, this.#descriptors);
    this.#payload = undefined;
    this.#received = 0;
    this.#descriptors = [];
    return message;
  }

  /** Closes the descriptors of a message that never became whole. */
  close(): void {
    for (const fd of this.#descriptors.splice(0)) native().close(fd);
  }

  /** Receives until a buffer is full; false where that has to wait. */
  #fill(bytes: Uint8Array): boolean {
    while (this.#received < bytes.length) {
      const left = bytes.length - this.#received;
      const count = native().socketReceive(this.#socket, bytes, this.#received, left, this.#fds);
      if (count < 0) return false;
      this.#keepDescriptors();
      if (count === 0) {
        this.ended = true;
        if (this.#begun) throw new ProtocolError("the connection ended within a message");
        return false;
      }
      this.#received += count;
    }
    return true;
  }

  get #begun(): boolean {
    return this.#payload !== undefined || this.#received > 0;
  }

  #keepDescriptors(): void {
    const [count = 0, lost = 0] = this.#fds;
    const late = count > 0 && this.#begun;
    for (let i = 0; i < count; i++) this.#descriptors.push(this.#fds[2 + i] as number);
    if (lost !== 0) throw new ProtocolError(`more than ${DESCRIPTORS_MAX} file descriptors with a message`);
    if (late) throw new ProtocolError("file descriptors came after the first byte of a message");
  }

  #checkedSize(): number {
    const { request, flags, size } = decodeHeader(this.#header);
    const version = flags & MessageFlags.VERSION_MASK;
    if (version !== MessageFlags.VERSION) throw new ProtocolError(`request ${request} has version ${version}`);
    if (size > PAYLOAD_MAX) throw new ProtocolError(`request ${request} has ${size} bytes, more than ${PAYLOAD_MAX}`);
    return size;
  }
}
