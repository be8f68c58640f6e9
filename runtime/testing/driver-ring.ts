import type { VirtqueueLayout } from "../virtqueue/virtqueue.js";
import type { DriverMemory } from "./driver-memory.js";
import { PackedDriverRing } from "./packed-driver-ring.js";
import { SplitDriverRing } from "./split-driver-ring.js";

/** One element of a buffer, as a driver writes it. */
export interface DriverBuffer {
  readonly address: number;
  /** Bytes. */
  readonly length: number;
  /** The device writes it. */
  readonly writable: boolean;
}

/** A buffer that the device has used. */
export interface UsedBuffer {
  /** What names the buffer: its head, in a packed ring its id. */
  readonly head: number;
  /** Bytes that the device says it wrote. */
  readonly written: number;
}

export interface DriverRingOptions {
  /** VIRTIO_F_EVENT_IDX was negotiated. */
  readonly eventIdx?: boolean;
  /** VIRTIO_F_IN_ORDER was negotiated. */
  readonly inOrder?: boolean;
}

/** The driver's end of a virtqueue, whatever its format. */
export interface DriverRing {
  readonly layout: VirtqueueLayout;
  /** Descriptors that are free. */
  readonly room: number;

  /**
   * Adds a buffer; the device sees it after `publish`.
   *
   * @param direct how many elements have descriptors of the ring; the others go into an indirect table, in a packed ring all
   *   of them if there are others. Absent: all
   * @returns what names the buffer
   * @throws RangeError, with nothing taken, where too few descriptors or too little memory is free
   */
  add(buffers: readonly DriverBuffer[], direct?: number): number;

  /** Adds a buffer under a name, whatever that is; a packed ring gives it no bytes. */
  makeAvailable(head: number): void;

  /** Lets the device see what was added. Returns whether it asked to be notified of that. */
  publish(): boolean;

  /** The next buffer that the device has used; undefined where there is none. @throws Error where it cannot be ours */
  reap(): UsedBuffer | undefined;

  /** Whether there is something to reap. */
  readonly hasUsed: boolean;

  /** Asks for used buffer notifications: of the next buffer, with EVENT_IDX of a ring entry that comes `after` later. */
  arm(after?: number): void;

  /** Asks for no used buffer notifications. */
  disarm(): void;

  /** Gives the ring's memory back, and that of the indirect tables still out; the device must have let go of them. */
  release(): void;
}

/** Lays a ring out in the format that was negotiated. */
export function openDriverRing(
  memory: DriverMemory,
  size: number,
  { packed, ...options }: DriverRingOptions & { readonly packed: boolean },
): DriverRing {
  return packed ? new PackedDriverRing(memory, size, options) : new SplitDriverRing(memory, size, options);
}
