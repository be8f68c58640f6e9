/** The driver's side of VIRTIO, for testing devices without a virtual machine. */
export type { AttachedDriver, DeviceHost } from "./device-host.js";
export type { DeviceLink } from "./device-link.js";
export { DeviceProcess, type LogLine, type ServedDevice } from "./device-process.js";
export { Driver, type DriverOptions } from "./driver.js";
export { DriverMemory, type MemorySource, type RegionSpec } from "./driver-memory.js";
export { DriverQueue, type Framing, type Reply, type Traffic } from "./driver-queue.js";
export type { DriverBuffer, DriverRing, UsedBuffer } from "./driver-ring.js";
export { PackedDriverRing } from "./packed-driver-ring.js";
export { PlainHost } from "./plain-host.js";
export { PlainLink, type PlainLinkOptions } from "./plain-link.js";
export { ProcessHost } from "./process-host.js";
export { type SharedRegion, SharedRegions } from "./shared-regions.js";
export { SplitDriverRing } from "./split-driver-ring.js";
export { type UsedProtocolFeature, VhostUserLink, type VhostUserLinkOptions } from "./vhost-user-link.js";
