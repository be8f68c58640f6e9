/** The runtime as behaviours and programs use it. */
export { eventLoop, type Watch } from "./io/event-loop.js";
export { type IoEngine, type IoOwner, ioEngine } from "./io/io-engine.js";
export { type Logger, stderrLogger } from "./log.js";
export { Block } from "./memory/block.js";
export type { Mapping } from "./memory/mapping.js";
export {
  type ConnectionSource,
  type LaneOptions,
  type ServerOptions,
  serveVhostUser,
  type VhostUserServer,
} from "./vhost-user/server.js";
export { type Backend, type ControlOf, defineBackend, type HandlersOf, type LaneContextOf } from "./virtio/backend.js";
export type { OptionDescription, ProgramDescription } from "./virtio/backend-options.js";
export { ConfigError } from "./virtio/config-error.js";
export type { DeviceDescription } from "./virtio/description.js";
export { DeviceModel, type Transport } from "./virtio/device-model.js";
export { DeviceStatus } from "./virtio/device-status.js";
export { FeatureSet } from "./virtio/feature-set.js";
export { FeatureError } from "./virtio/negotiation.js";
export { TransportFeature } from "./virtio/transport-features.js";
export { type ReadablePayload, SpanList, type WritablePayload } from "./virtqueue/payload.js";
export { VirtqueueError } from "./virtqueue/virtqueue-error.js";
