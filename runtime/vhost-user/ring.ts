import { SignalDescriptor, WaitDescriptor } from "../io/event-descriptor.js";
import type { QueueSignals } from "../lanes/messages.js";
import { native } from "../native/native.js";
import type { VringAddress } from "./wire.js";

/** A ring as the frontend set it up. */
export class Ring {
  readonly index: number;
  /** Entries; 0 before they are known. */
  size = 0;
  address: VringAddress | undefined;
  /** Position at which the device begins, or stopped; undefined where the frontend named none. */
  base: number | undefined;
  /** Between SET_VRING_KICK and GET_VRING_BASE. */
  started = false;
  enabled = false;
  /** The device serves it: it is started, enabled and where the frontend said. */
  running = false;
  #kick: WaitDescriptor | undefined;
  #call: SignalDescriptor | undefined;
  #error: SignalDescriptor | undefined;
  #unsignalled = 0;

  constructor(index: number) {
    this.index = index;
  }

  /** @throws NativeError where it cannot be waited for */
  setKick(fd: number, onKick: () => void): void {
    const kick = new WaitDescriptor(fd, onKick);
    this.#kick?.close();
    this.#kick = kick;
  }

  /** @param fd undefined: nobody wants to be signalled */
  setCall(fd: number | undefined): void {
    const call = fd === undefined ? undefined : new SignalDescriptor(fd);
    this.#call?.close();
    this.#call = call;
  }

  setError(fd: number | undefined): void {
    const error = fd === undefined ? undefined : new SignalDescriptor(fd);
    this.#error?.close();
    this.#error = error;
  }

  /** Descriptors for a lane, which alone waits for kicks from now on. @throws NativeError where there can be no more */
  handOver(): QueueSignals {
    const call = this.#call?.duplicate();
    try {
      return { kick: (this.#kick as WaitDescriptor).handOver(), call };
    } catch (error) {
      if (call !== undefined) native().close(call);
      throw error;
    }
  }

  /** Sends a used buffer notification; false the first time that it cannot be delivered. */
  signalCall(): boolean {
    return (this.#call?.signal() ?? 0) >= 0 || this.#unsignalled++ > 0;
  }

  signalError(): void {
    this.#error?.signal();
  }

  /** The frontend stopped it, or the device was reset. */
  stop(): void {
    this.started = false;
    this.#kick?.close();
    this.#kick = undefined;
  }

  close(): void {
    this.stop();
    this.setCall(undefined);
    this.setError(undefined);
  }
}
