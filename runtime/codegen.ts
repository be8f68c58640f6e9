/**
 * What generated code links with, and all that it may import. The interface has a number that generated files import by
 * name: a file made for another interface fails to load, and says which one it wants.
 */
export { AdministrationCodec } from "./virtio/administration-codec.js";
export type { BufferSlot, MessageLayout, Term } from "./virtio/buffer-view.js";
export { readText, writeText } from "./virtio/codec.js";
export type { ConfigFields as ConfigSpace } from "./virtio/config-fields.js";
export type { DeviceDescription } from "./virtio/description.js";
export { CODEGEN as CODEGEN_INTERFACE_1, Device, type DeviceDefinition, type DeviceSetup } from "./virtio/device.js";
export { type DriverSetup, DriverSide } from "./virtio/driver-side.js";
export type { Defaulted, Intersection, Present } from "./virtio/gated.js";
export { IntegerArray, type IntegerList, type IntegerRowList, IntegerRows } from "./virtio/integer-array.js";
export {
  checkIndex,
  hasBit64,
  isPowerOfTwo,
  isSafeI64,
  isSafeU64,
  readI64,
  readU64,
  writeI64,
  writeU64,
} from "./virtio/integers.js";
export type { Pool } from "./virtio/pool.js";
export { PoolBuffer } from "./virtio/pool-buffer.js";
export { Request } from "./virtio/request.js";
export { StructArray, type StructList, StructView } from "./virtio/struct-view.js";
export type { ReadablePayload, WritablePayload } from "./virtqueue/payload.js";
