/** The driver's side of VIRTIO, for testing devices without a virtual machine. */
export type { DeviceLink } from "./device-link.js";
export { Driver, type DriverOptions } from "./driver.js";
export { DriverMemory, type RegionSpec } from "./driver-memory.js";
export { DriverQueue, type Framing, type Reply, type Traffic } from "./driver-queue.js";
export { type DriverBuffer, DriverRing } from "./driver-ring.js";
export { PlainLink, type PlainLinkOptions } from "./plain-link.js";
