import { native } from "../native/native.js";
import type { Frontend } from "./frontend.js";
import { FrontendSocket, type Received } from "./frontend-socket.js";
import { BackendRequest, FrontendRequest, MessageFlags } from "./messages.js";
import { encodeMessage, U64 } from "./wire.js";

/** The channel on which a backend makes requests of its own ("Back-end communication"). */
export class FrontendChannel {
  /** Called at CONFIG_CHANGE_MSG. */
  onConfigChange: () => void = () => {};
  readonly #socket: FrontendSocket;

  /** Opens a channel and gives the backend its end of it. @throws FrontendError where the backend refuses it */
  static async open(
    tell: (request: number, parts: Parameters<Frontend["send"]>[1]) => Promise<void>,
  ): Promise<FrontendChannel> {
    const [ours, theirs] = native().socketPair();
    const channel = new FrontendChannel(ours);
    try {
      await tell(FrontendRequest.SET_BACKEND_REQ_FD, { descriptors: [theirs] });
      return channel;
    } catch (error) {
      channel.close();
      throw error;
    } finally {
      native().close(theirs);
    }
  }

  private constructor(fd: number) {
    this.#socket = new FrontendSocket(fd);
    this.#socket.onMessage = (message) => this.#take(message);
  }

  close(): void {
    this.#socket.close();
  }

  #take({ request, flags, descriptors }: Received): void {
    for (const fd of descriptors) native().close(fd);
    const known = request === BackendRequest.CONFIG_CHANGE_MSG;
    if (known) this.onConfigChange();
    if ((flags & MessageFlags.NEED_REPLY) === 0) return;
    const reply = encodeMessage(request, MessageFlags.VERSION | MessageFlags.REPLY, U64.encode(known ? 0 : 1));
    // A backend that went away meanwhile does not need it.
    this.#socket.send(reply).catch(() => {});
  }
}
