import type { Chain } from "./chain.js";
import type { Spot } from "./spot.js";

/** Where the driver put a queue, and how it was negotiated. */
export interface VirtqueueLayout {
  /** Entries. */
  readonly size: number;
  /** Guest address of the descriptor area: split, the descriptor table; packed, the descriptor ring. */
  readonly descriptorArea: number;
  /** Guest address of the driver area: split, the available ring; packed, driver event suppression. */
  readonly driverArea: number;
  /** Guest address of the device area: split, the used ring; packed, device event suppression. */
  readonly deviceArea: number;
}

/** What the features decide about a virtqueue of either format, and how it reaches the driver. */
export interface QueueOptions {
  /** VIRTIO_F_INDIRECT_DESC was negotiated. */
  readonly indirect: boolean;
  /** VIRTIO_F_EVENT_IDX was negotiated. */
  readonly eventIdx: boolean;
  /** VIRTIO_F_IN_ORDER was negotiated: buffers are put in the order in which they were taken. */
  readonly inOrder?: boolean;
  /** Where to begin, as `Virtqueue.position`; absent on a fresh queue. */
  readonly position?: number;
  /** Sends a used buffer notification. */
  readonly notifyUsed: () => void;
}

/** The device's end of a virtqueue, whatever its format. */
export interface Virtqueue {
  readonly size: number;
  /** Buffers taken and not yet put back. */
  readonly inFlight: number;

  /**
   * Takes the next available buffer.
   *
   * @returns its chain, valid until `put`; undefined where none is available now
   * @throws VirtqueueError where the driver broke a rule; the queue must not be used further
   */
  take(): Chain | undefined;

  /**
   * Marks a buffer as used, with the bytes written from the start of its writable part. Visible after `publish`.
   *
   * @throws Error, OrderError where it is not in flight, or with IN_ORDER another one is due: the device is at fault
   */
  put(chain: Chain, written: number): void;

  /** Lets the driver see what was put, and notifies it where it asked for that. */
  publish(): void;

  /**
   * Asks for available buffer notifications. True where buffers arrived before the driver could know: go on taking. False
   * while the next buffer waits for a translation: whoever brings that kicks the queue.
   */
  arm(): boolean;

  /** Says that no available buffer notification is needed now. */
  disarm(): void;

  /** Says where the driver's next store shows that a buffer is available, for whoever spins instead of being notified. */
  look(spot: Spot): void;

  /** Takes nothing more. */
  stop(): void;

  /** The queue has stopped and nothing is in flight: lets go of what was kept for a backend after this one. */
  release(): void;

  /**
   * Where `take` goes on, for a transport that hands the queue over. Split: the available index. Packed: the place of the
   * next available descriptor in 15 bits and the wrap counter there, then in the upper half the same of the next used one.
   */
  readonly position: number;
}
