import { type Rng, default as rng } from "../../definitions/rng/rng.js";
import { Driver, VhostUserLink } from "../../runtime/testing/index.js";
import type { TrafficOf } from "../../runtime/virtio/backend.js";
import { partsOf } from "../../runtime/virtio/device.js";

/** Drives the rng device that listens at a path. */
export async function driveRng(path: string): Promise<Driver<TrafficOf<Rng>>> {
  const link = await VhostUserLink.connect(path);
  return await Driver.connect<TrafficOf<Rng>>(link, partsOf(rng.open({})).definition.description);
}

/** How many bytes a device gives for a buffer of 16. */
export async function bytesGiven(driver: Driver<TrafficOf<Rng>>): Promise<number> {
  return (await driver.queue("requestq").send("entropy", {}, { data: 16 })).usedLength;
}
