/**
 * The rules of a virtqueue that a driver can break, by name. Breaking one makes the ring unusable: the device stops the
 * queue and sets DEVICE_NEEDS_RESET.
 */
export type VirtqueueRule =
  /** Queue size: a power of two, 1 to 32768. */
  | "queue-size"
  /** A ring part is misaligned, unmapped, or not contiguous in this process. */
  | "ring-address"
  /** The available index moved by more than the queue size. */
  | "available-index"
  /** A head or next field beyond its table. */
  | "descriptor-index"
  /** A head that is in flight was made available again. */
  | "head-in-flight"
  /** A loop, or more descriptors than a chain may have. */
  | "chain-length"
  /** A device-readable descriptor after a device-writable one. */
  | "descriptor-order"
  /** INDIRECT without the feature, inside a table, or together with NEXT. */
  | "indirect-flag"
  /** An indirect table that is empty, not a multiple of 16 bytes, or too large. */
  | "indirect-table"
  /** A buffer that leaves the memory given to the device. */
  | "buffer-address"
  /** More than 2^32 bytes in one chain. */
  | "chain-bytes"
  /** The memory that keeps track of what is in flight is not what a backend wrote. */
  | "inflight-region";

/** A virtqueue that the driver corrupted; match on `code`, tell the cases apart by `rule`. */
export class VirtqueueError extends Error {
  override readonly name = "VirtqueueError";
  readonly code = "VDEV_VIRTQUEUE";
  readonly rule: VirtqueueRule;

  constructor(rule: VirtqueueRule, message: string) {
    super(message);
    this.rule = rule;
  }
}
