import type { VirtqueueLayout } from "../../runtime/virtqueue/virtqueue.js";
import type { Guest, GuestRun } from "./guest.js";
import type { RawDescriptor } from "./raw-ring.js";

/**
 * The driver's end of a virtqueue of either format, as raw bytes. A buffer is written as a chain of numbered descriptors;
 * a packed ring, whose descriptors have no numbers, gets them in a row when the chain is offered, with the head as its id.
 *
 * Places in the ring count modulo `modulo`: available and used indices in a split ring, descriptors over two rounds in a
 * packed one, the first of which has wrap counter 1.
 */
export interface RawQueue {
  readonly packed: boolean;
  readonly layout: VirtqueueLayout;
  readonly guest: Guest;
  readonly modulo: number;
  /** The only bytes of the ring that a device may write. */
  readonly written: readonly GuestRun[];
  /** Where the device has come with what it used. */
  readonly usedIndex: number;
  /** With EVENT_IDX: whether the device waits for the next buffer, and so has taken all before it. */
  readonly isAwaited: boolean;

  describe(index: number, descriptor: RawDescriptor): void;
  /** Writes descriptors one after the other and chains them; the flags get NEXT where one follows. */
  chain(first: number, descriptors: readonly RawDescriptor[]): void;
  /** Writes an indirect table and returns its length in bytes. */
  table(address: number, descriptors: readonly RawDescriptor[]): number;
  /** Writes an entry of an indirect table. */
  tableEntry(at: number, descriptor: RawDescriptor): void;
  /** Adds the chain of a head; `publish` makes it visible. */
  offer(head: number): void;
  publish(): void;
  /** Whether the device asked to be notified when these places were filled. */
  wantsKick(places: readonly number[], eventIdx: boolean): boolean;
  /** What the driver writes to suppress used buffer notifications, without EVENT_IDX: 1 for none. */
  setFlags(flags: number): void;
  /** The place of which the driver wants to hear, with EVENT_IDX. */
  setUsedEvent(place: number): void;
  /** The buffers that were used and not looked at yet, as [head, length]. */
  takeUsed(): [head: number, length: number][];
}
