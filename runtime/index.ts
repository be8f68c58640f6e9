/** The runtime as behaviours and programs use it. */
export { type Logger, stderrLogger } from "./log.js";
export { Block } from "./memory/block.js";
export type { Mapping } from "./memory/mapping.js";
export { type Backend, type ControlOf, defineBackend, type HandlersOf, type LaneContextOf } from "./virtio/backend.js";
export { ConfigError } from "./virtio/config-error.js";
export type { DeviceDescription } from "./virtio/description.js";
export { DeviceModel, type Transport } from "./virtio/device-model.js";
export { DeviceStatus } from "./virtio/device-status.js";
export { FeatureSet } from "./virtio/feature-set.js";
export { FeatureError } from "./virtio/negotiation.js";
export { TransportFeature } from "./virtio/transport-features.js";
export { type ReadablePayload, SpanList, type WritablePayload } from "./virtqueue/payload.js";
export { VirtqueueError } from "./virtqueue/virtqueue-error.js";
