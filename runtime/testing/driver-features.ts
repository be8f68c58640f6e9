import type { DeviceDescription } from "../virtio/description.js";
import { FeatureSet } from "../virtio/feature-set.js";
import { refusal } from "../virtio/negotiation.js";
import { TransportFeature } from "../virtio/transport-features.js";

/** Which features of an offer a driver takes. */
export interface FeatureChoice {
  /** Device features to accept where they are offered; absent: all. */
  readonly accept?: readonly string[];
  /** Transport features to leave out, such as EVENT_IDX. */
  readonly without?: readonly TransportFeature[];
  /** Take packed virtqueues where they are offered; absent: split ones. */
  readonly packed?: boolean;
}

/** What the driver takes of an offer. @throws Error where the choice names a feature that does not exist */
export function chooseFeatures(device: DeviceDescription, offered: FeatureSet, choice: FeatureChoice): FeatureSet {
  for (const name of choice.accept ?? []) checkFeature(device, name);
  for (const name of choice.without ?? [])
    checkKnown("virtio", "transport feature", name, Object.keys(TransportFeature));
  return FeatureSet.of(...offered.bits.filter((bit) => isChosen(device, bit, choice)));
}

/** @throws Error where the device type has no feature of that name */
export function checkFeature(device: DeviceDescription, name: string): void {
  const names = device.features.map((feature) => feature.name);
  checkKnown(device.name, "feature", name, names);
}

/** Why FEATURES_OK did not stay set: the definition's reason, or else the device's own. */
export function refusedBecause(device: DeviceDescription, offered: FeatureSet, accepted: FeatureSet): string {
  const reason = refusal(device, offered, accepted);
  if (reason !== undefined) return `the device refused the features: ${reason}`;
  return "the device refused the features, though no rule of the definition does: its log says why";
}

function isChosen(device: DeviceDescription, bit: number, { accept, without, packed }: FeatureChoice): boolean {
  const own = device.features.find((feature) => feature.bit === bit);
  if (own !== undefined) return accept?.includes(own.name) !== false;
  if (bit === TransportFeature.RING_PACKED && packed !== true) return false;
  return without?.some((name) => TransportFeature[name] === bit) !== true;
}

function checkKnown(owner: string, what: string, name: string, known: readonly string[]): void {
  if (!known.includes(name)) throw new Error(`${owner} has no ${what} ${name}; it has ${known.join(", ") || "none"}`);
}
