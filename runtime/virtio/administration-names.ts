import type { DeviceDescription } from "./description.js";
import { evaluate } from "./expression.js";
import type { FeatureSet } from "./feature-set.js";
import { featureScope } from "./negotiation.js";

/** What a device with these features has for an administration virtqueue, in words: `capabilities A, B; device parts C`. */
export function administrationNames(device: DeviceDescription, features: FeatureSet): string {
  const scope = featureScope(device, (bit) => features.has(bit));
  const sorts = {
    capabilities: "capabilities",
    resourceObjects: "resource objects",
    deviceParts: "device parts",
  } as const;
  const lists = Object.entries(sorts).map(([sort, words]) => {
    const items = device[sort as keyof typeof sorts] ?? [];
    const names = items.filter(({ if: gate }) => gate === undefined || evaluate(gate, scope) !== 0);
    return names.length === 0 ? "" : `${words} ${names.map(({ name }) => name).join(", ")}`;
  });
  return lists.filter((list) => list !== "").join("; ");
}
