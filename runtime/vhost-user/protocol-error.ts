import { MemoryError } from "../memory/memory-error.js";
import { isNativeError } from "../native/native.js";
import { VirtqueueError } from "../virtqueue/virtqueue-error.js";

/** Something that the frontend should not have sent; match on `code`. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code = "VDEV_VHOST_USER";
}

/** Whether an error comes from what the frontend sent: its numbers, or its file descriptors. Any other is ours. */
export function isFrontendFault(error: unknown): error is Error {
  return (
    error instanceof ProtocolError ||
    error instanceof MemoryError ||
    error instanceof VirtqueueError ||
    isNativeError(error)
  );
}
