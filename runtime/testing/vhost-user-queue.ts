import { eventLoop, type Watch } from "../io/event-loop.js";
import { native, PollEvent } from "../native/native.js";
import type { MessageParts } from "../vhost-user/frontend.js";
import { FrontendRequest } from "../vhost-user/messages.js";
import { Address, State, U64 } from "../vhost-user/wire.js";
import type { VirtqueueLayout } from "../virtqueue/virtqueue.js";

/** Sends a message that must not fail. */
export type Tell = (request: number, parts: MessageParts) => Promise<void>;

/** One queue on a frontend's side: where it lies, and the eventfds that both sides notify each other by. */
export class VhostUserQueue {
  readonly #index: number;
  readonly #kick = native().eventfd();
  readonly #call = native().eventfd();
  readonly #watch: Watch;
  #layout: VirtqueueLayout | undefined;
  /** Whether the backend may use it. */
  started = false;

  constructor(index: number, onUsed: () => void) {
    this.#index = index;
    this.#watch = eventLoop().watch(this.#call, PollEvent.READABLE, () => {
      native().drain(this.#call);
      onUsed();
    });
  }

  get layout(): VirtqueueLayout | undefined {
    return this.#layout;
  }

  /**
   * Says where the queue lies, and where the backend is to go on.
   *
   * @param userAddress turns a guest address into the frontend's own
   */
  async setup(
    tell: Tell,
    layout: VirtqueueLayout,
    base: number,
    userAddress: (address: number) => number,
  ): Promise<void> {
    const index = this.#index;
    this.#layout = layout;
    await tell(FrontendRequest.SET_VRING_NUM, { payload: State.encode({ index, value: layout.size }) });
    await tell(FrontendRequest.SET_VRING_BASE, { payload: State.encode({ index, value: base }) });
    const payload = Address.encode({
      index,
      flags: 0,
      descriptors: userAddress(layout.descriptorArea),
      used: userAddress(layout.deviceArea),
      available: userAddress(layout.driverArea),
      log: 0,
    });
    await tell(FrontendRequest.SET_VRING_ADDR, { payload });
  }

  /** Starts the queue ("Ring states"). @param error an eventfd that the backend signals when it cannot go on */
  async start(tell: Tell, error: number, enable: boolean): Promise<void> {
    const payload = U64.encode(this.#index);
    await tell(FrontendRequest.SET_VRING_ERR, { payload, descriptors: [error] });
    await tell(FrontendRequest.SET_VRING_KICK, { payload, descriptors: [this.#kick] });
    await tell(FrontendRequest.SET_VRING_CALL, { payload, descriptors: [this.#call] });
    if (enable) {
      await tell(FrontendRequest.SET_VRING_ENABLE, { payload: State.encode({ index: this.#index, value: 1 }) });
    }
    this.started = true;
    // For backends that start a ring at its first kick, as the specification once said.
    this.kick();
  }

  kick(): void {
    native().signal(this.#kick);
  }

  close(): void {
    this.#watch.close();
    native().close(this.#kick);
    native().close(this.#call);
  }
}
