import type { DeviceModel } from "../virtio/device-model.js";
import { FeatureSet } from "../virtio/feature-set.js";
import type { DriverStatus } from "./driver-status.js";
import { ProtocolFeature, VhostFeature } from "./messages.js";
import { ProtocolError } from "./protocol-error.js";

/** Bits that are the transport's: the device never sees them. */
const TRANSPORT_BITS = FeatureSet.of(VhostFeature.LOG_ALL, VhostFeature.PROTOCOL_FEATURES);

/** Whether a feature bit of a device can be offered over vhost-user: it has 64, and takes two of them for itself. */
export function carries(bit: number): boolean {
  return bit < 64 && !TRANSPORT_BITS.has(bit);
}

/** Features and protocol features: what is offered, and what the frontend made of it. */
export class Negotiated {
  readonly offered: FeatureSet;
  readonly protocolOffered: FeatureSet;
  readonly #model: DeviceModel;
  readonly #status: DriverStatus;
  #features = new FeatureSet();
  #protocol = new FeatureSet();

  constructor(model: DeviceModel, status: DriverStatus) {
    this.#model = model;
    this.#status = status;
    this.offered = FeatureSet.of(...model.offered.bits, VhostFeature.PROTOCOL_FEATURES);
    this.protocolOffered = FeatureSet.of(
      ProtocolFeature.MQ,
      ProtocolFeature.REPLY_ACK,
      ProtocolFeature.BACKEND_REQ,
      ProtocolFeature.INFLIGHT_SHMFD,
      ProtocolFeature.RESET_DEVICE,
      ProtocolFeature.CONFIGURE_MEM_SLOTS,
      ProtocolFeature.STATUS,
      ...(model.configSize > 0 ? [ProtocolFeature.CONFIG] : []),
    );
  }

  /** Whether the frontend took a feature of the device, or of the transport. */
  hasFeature(bit: number): boolean {
    return this.#features.has(bit);
  }

  /** Whether the frontend took a protocol feature. */
  has(protocolFeature: number): boolean {
    return this.#protocol.has(protocolFeature);
  }

  /** @throws ProtocolError where one was not offered */
  acceptProtocol(features: FeatureSet): void {
    checkOffered(features, this.protocolOffered, "protocol feature");
    this.#protocol = features;
  }

  /**
   * Takes the driver's features. Others than those that were agreed are another driver's, for which the device is reset; so
   * it is where nothing else would make it work again.
   *
   * @param running whether a ring runs: the features of the device may not change then
   * @throws ProtocolError where one was not offered, or may not change now
   */
  async accept(features: FeatureSet, running: boolean): Promise<void> {
    checkOffered(features, this.offered, "feature");
    const wanted = features.without(TRANSPORT_BITS);
    const { accepted } = this.#model;
    const changed = !wanted.without(accepted).isEmpty || !accepted.without(wanted).isEmpty;
    if (changed && running) throw new ProtocolError("the features change while a ring runs");
    this.#features = features;
    if (this.#status.agreed && !running && (changed || this.#status.needsReset)) await this.#model.reset();
    if (!this.#status.agreed) this.#model.acceptFeatures(wanted);
  }
}

function checkOffered(features: FeatureSet, offered: FeatureSet, what: string): void {
  const extra = features.without(offered).bits;
  if (extra.length > 0) throw new ProtocolError(`${what} ${extra.join(", ")} was not offered`);
}
