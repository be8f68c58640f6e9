/**
 * The rules of a virtqueue that a driver can break, by name. Breaking one makes the ring unusable: the device stops the
 * queue and sets DEVICE_NEEDS_RESET.
 */
export type VirtqueueRule =
  /** Queue size: 1 to 32768, and a power of two where the queue is split. */
  | "queue-size"
  /** A ring part is misaligned, unmapped, or not contiguous in this process. */
  | "ring-address"
  /** Where to go on is no place in the ring. */
  | "ring-position"
  /** Split: the available index moved by more than the queue size. */
  | "available-index"
  /** Packed: a descriptor was made available again before it was used. */
  | "descriptor-in-flight"
  /** Packed: a list whose first descriptor is available, and another one is not. */
  | "descriptor-flags"
  /** A head or next field beyond its table, or a buffer id beyond the queue. */
  | "descriptor-index"
  /** A head, or a buffer id, that is in flight was made available again. */
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
