import { native } from "../native/native.js";
import { Frontend, type FrontendOptions, type MessageParts } from "../vhost-user/frontend.js";
import { FrontendChannel } from "../vhost-user/frontend-channel.js";
import { FrontendError } from "../vhost-user/frontend-error.js";
import { FrontendRequest, ProtocolFeature, VhostFeature } from "../vhost-user/messages.js";
import { requestName } from "../vhost-user/request-table.js";
import { Features } from "../vhost-user/wire.js";
import { FeatureSet } from "../virtio/feature-set.js";

const NONE = new FeatureSet();

/** A connection to a backend on which both sides know what the other can do. */
export class VhostUserSession {
  readonly frontend: Frontend;
  /** Device features that the backend offers, and what else it says in their place. */
  readonly offered: FeatureSet;
  /** Protocol features that both sides have. */
  readonly protocol: FeatureSet;
  /** Queues of the device, where the backend says so. */
  queueCount = 1;
  /** Called when the backend says that the configuration changed. */
  onConfigChange: () => void = () => {};
  #channel: FrontendChannel | undefined;

  /**
   * Connects to a backend and negotiates the protocol.
   *
   * @param wanted protocol features to use where they are offered
   * @throws NativeError where nobody listens, FrontendError where the backend does not follow the protocol
   */
  static async open(path: string, wanted: FeatureSet, options: FrontendOptions): Promise<VhostUserSession> {
    const frontend = Frontend.connect(path, options);
    try {
      await frontend.send(FrontendRequest.SET_OWNER);
      const offered = await featuresOf(frontend, FrontendRequest.GET_FEATURES);
      const extended = offered.has(VhostFeature.PROTOCOL_FEATURES);
      const protocol = extended
        ? (await featuresOf(frontend, FrontendRequest.GET_PROTOCOL_FEATURES)).and(wanted)
        : NONE;
      const session = new VhostUserSession(frontend, offered, protocol);
      if (extended) await session.#extend();
      return session;
    } catch (error) {
      frontend.close();
      throw error;
    }
  }

  private constructor(frontend: Frontend, offered: FeatureSet, protocol: FeatureSet) {
    this.frontend = frontend;
    this.offered = offered;
    this.protocol = protocol;
  }

  has(feature: keyof typeof ProtocolFeature): boolean {
    return this.protocol.has(ProtocolFeature[feature]);
  }

  /** Whether rings begin disabled, so that they have to be enabled. */
  get enables(): boolean {
    return this.offered.has(VhostFeature.PROTOCOL_FEATURES);
  }

  /** Sends a message; where the backend can say whether it took it, waits for that. @throws FrontendError where it did not */
  readonly tell = async (request: number, parts: MessageParts = {}): Promise<void> => {
    if (await this.accepts(request, parts)) return;
    throw new FrontendError("VDEV_BACKEND_REFUSED", `the backend refused ${requestName(request)}`);
  };

  /** As `tell`, false where the backend refused. */
  async accepts(request: number, parts: MessageParts = {}): Promise<boolean> {
    if (this.has("REPLY_ACK")) return (await this.frontend.acknowledged(request, parts)) === 0;
    await this.frontend.send(request, parts);
    return true;
  }

  close(): void {
    this.#channel?.close();
    this.frontend.close();
  }

  async #extend(): Promise<void> {
    // Whether it may be acknowledged is not known to both sides yet.
    await this.frontend.send(FrontendRequest.SET_PROTOCOL_FEATURES, { payload: Features.encode(this.protocol) });
    if (this.has("MQ")) this.queueCount = await this.frontend.number(FrontendRequest.GET_QUEUE_NUM);
    if (!this.has("BACKEND_REQ")) return;
    this.#channel = await FrontendChannel.open(this.tell);
    this.#channel.onConfigChange = () => this.onConfigChange();
  }
}

async function featuresOf(frontend: Frontend, request: number): Promise<FeatureSet> {
  const reply = await frontend.request(request);
  for (const fd of reply.descriptors) native().close(fd);
  if (reply.payload.length === 8) return Features.decode(reply.payload);
  throw new FrontendError(
    "VDEV_BACKEND_REPLY",
    `the reply to ${requestName(request)} has ${reply.payload.length} bytes, not 8`,
  );
}
