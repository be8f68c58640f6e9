import { RngDevice, type RngEntropy } from "../../generated/rng.js";
import { defineBackend } from "../../runtime/index.js";

// A device without features and configuration needs no setup.
class Random extends RngDevice {
  entropy(request: RngEntropy): void {
    request.data.fill(4);
    request.complete();
    // @ts-expect-error there is no status
    request.complete(0);
  }
}
class Silent extends RngDevice {}
export const random = defineBackend({ open: () => new Random() });
// @ts-expect-error entropy() is missing
export const silent = defineBackend({ open: () => new Silent() });
// @ts-expect-error there is no such feature
export const greedy = new Random({ offer: ["MAC"], config: {} });
