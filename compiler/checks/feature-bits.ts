import type { Report } from "../diagnostics/collector.js";
import type { FeatureSyntax } from "../parse/syntax.js";
import type { Pass } from "./pass.js";

/** Bits that belong to queues and negotiation. */
const transportBits: Readonly<Record<number, string>> = {
  24: "VIRTIO_F_NOTIFY_ON_EMPTY",
  27: "VIRTIO_F_ANY_LAYOUT",
  28: "VIRTIO_F_INDIRECT_DESC",
  29: "VIRTIO_F_EVENT_IDX",
  30: "VHOST_USER_F_PROTOCOL_FEATURES",
  32: "VIRTIO_F_VERSION_1",
  33: "VIRTIO_F_ACCESS_PLATFORM",
  34: "VIRTIO_F_RING_PACKED",
  35: "VIRTIO_F_IN_ORDER",
  36: "VIRTIO_F_ORDER_PLATFORM",
  37: "VIRTIO_F_SR_IOV",
  38: "VIRTIO_F_NOTIFICATION_DATA",
  39: "VIRTIO_F_NOTIF_CONFIG_DATA",
  40: "VIRTIO_F_RING_RESET",
  43: "VIRTIO_F_SUSPEND",
};

/** Every feature has a bit of its own, among those that a device type may use. */
export const checkFeatureBits: Pass = ({ features }, report) => {
  const users = new Map<number, FeatureSyntax>();
  for (const feature of features.values()) {
    checkRange(feature, report);
    const other = users.get(feature.bit.value);
    if (other) report("F001", feature.bit.at, { feature: feature.name, other: other.name, bit: feature.bit.value });
    else users.set(feature.bit.value, feature);
    if (feature.mandatory && feature.legacy) report("F016", feature.at, { feature: feature.name });
  }
};

function checkRange({ name, bit: { value: bit, at }, legacy }: FeatureSyntax, report: Report): void {
  if (bit > 127) report("F005", at, { feature: name, bit });
  else if (bit >= 44 && bit <= 49) report("F003", at, { feature: name, bit });
  else if (bit === 41 && !legacy) report("F004", at, { feature: name });
  else if ((bit >= 24 && bit <= 40) || bit === 43) {
    report("F002", at, { feature: name, bit, owner: transportBits[bit] ?? "kept for queues and negotiation" });
  }
}
