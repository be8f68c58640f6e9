import { native } from "../native/native.js";
import { MessageFlags } from "./messages.js";

/** A message of the frontend, whole, with the file descriptors that came along. */
export class Message {
  readonly request: number;
  readonly flags: number;
  readonly payload: Uint8Array;
  readonly #descriptors: number[];

  constructor(request: number, flags: number, payload: Uint8Array, descriptors: number[]) {
    this.request = request;
    this.flags = flags;
    this.payload = payload;
    this.#descriptors = descriptors;
  }

  get needsReply(): boolean {
    return (this.flags & MessageFlags.NEED_REPLY) !== 0;
  }

  /** Descriptors that nobody took. */
  get descriptors(): number {
    return this.#descriptors.length;
  }

  /** The next descriptor, which is the caller's from now on. @throws RangeError where there is none left */
  takeDescriptor(): number {
    const fd = this.#descriptors.shift();
    if (fd === undefined) throw new RangeError("no descriptor is left");
    return fd;
  }

  /** Uses the descriptors that nobody took, which stay the message's. */
  lendDescriptors<T>(use: (descriptors: readonly number[]) => T): T {
    return use(this.#descriptors);
  }

  /** Closes what nobody took. */
  closeDescriptors(): void {
    for (const fd of this.#descriptors.splice(0)) native().close(fd);
  }
}
