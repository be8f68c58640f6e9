import type { Backend } from "../virtio/backend.js";
import { ConfigError } from "../virtio/config-error.js";
import type { Device } from "../virtio/device.js";
import { FeatureError } from "../virtio/negotiation.js";
import { startError, usageError } from "./program-error.js";

/** Makes the device. @throws ProgramError where its options are not allowed, or the system refuses */
export function openDevice(backend: Backend, options: unknown): Device {
  try {
    return backend.open(options);
  } catch (error) {
    if (error instanceof RangeError || error instanceof ConfigError || error instanceof FeatureError)
      throw usageError(error.message);
    if (error instanceof Error && !(error instanceof TypeError)) throw startError(error.message);
    throw error;
  }
}
