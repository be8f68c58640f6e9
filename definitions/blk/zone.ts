import { BlkZoneState, BlkZoneType } from "../../generated/blk.js";

/** One zone of a disk; all numbers are in sectors. */
export class Zone {
  readonly start: number;
  readonly sectors: number;
  /** How many of them can be written. */
  readonly capacity: number;
  readonly type: BlkZoneType;
  state: BlkZoneState;
  /** How many hold data, from the start on. A zone that was finished keeps it: what follows was never written. */
  written: number;

  constructor(start: number, sectors: number, capacity: number, type: BlkZoneType) {
    this.start = start;
    this.sectors = sectors;
    this.capacity = type === BlkZoneType.CONV ? sectors : capacity;
    this.type = type;
    this.state = type === BlkZoneType.CONV ? BlkZoneState.NOT_WP : BlkZoneState.EMPTY;
    this.written = type === BlkZoneType.CONV ? sectors : 0;
  }

  get isConventional(): boolean {
    return this.type === BlkZoneType.CONV;
  }

  get isOpen(): boolean {
    return this.state === BlkZoneState.IOPEN || this.state === BlkZoneState.EOPEN;
  }

  /** Whether the zone has room at its write pointer, and may be written. */
  get isWritable(): boolean {
    return this.isOpen || this.state === BlkZoneState.EMPTY || this.state === BlkZoneState.CLOSED;
  }

  /** Whether the zone did not fail. */
  get isSound(): boolean {
    return this.state !== BlkZoneState.RDONLY && this.state !== BlkZoneState.OFFLINE;
  }

  /** Where the next write has to begin. Means nothing in a zone that is not writable. */
  get pointer(): number {
    return this.start + this.written;
  }

  /** What is left to write. */
  get room(): number {
    return this.capacity - this.written;
  }
}
