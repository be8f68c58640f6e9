import { GuestMemory } from "../memory/guest-memory.js";
import { windowsOf } from "../memory/shared-memory.js";
import { isNativeError } from "../native/native.js";
import type { SharedRegion } from "./messages.js";

/** Guest memory as a lane sees it: views of its own of what the control side has mapped. */
export class LaneMemory {
  readonly guest: GuestMemory = new GuestMemory();
  #held: ReadonlyMap<number, SharedRegion> = new Map();

  /** Has these regions and no others from now on. */
  hold(regions: readonly SharedRegion[]): void {
    const wanted = new Map(regions.map((region) => [region.mapping, region]));
    for (const [mapping, { guestAddress }] of this.#held) {
      if (!wanted.has(mapping)) this.guest.remove(guestAddress);
    }
    for (const [mapping, region] of wanted) if (!this.#held.has(mapping)) this.#add(region);
    this.#held = wanted;
  }

  /** What was released meanwhile is of a session that is over. */
  #add({ guestAddress, mapping, length }: SharedRegion): void {
    try {
      this.guest.add({ guestAddress, mappings: windowsOf(mapping, length) });
    } catch (error) {
      if (!(isNativeError(error) && error.code === "EINVAL")) throw error;
    }
  }
}
