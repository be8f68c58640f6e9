import { type AddressSpace, UNMAPPED } from "./address-space.js";
import { MAPPING_MAX, Mapping } from "./mapping.js";
import { MemoryError } from "./memory-error.js";

/** A run of guest addresses and the memory behind it. */
export interface MemoryRegion {
  /** Guest address of the first byte. */
  readonly guestAddress: number;
  /** The memory, in order; all but the last are `MAPPING_MAX` bytes. */
  readonly mappings: readonly Mapping[];
  /** Takes the memory away: called once, when the region is removed. */
  readonly release?: () => void;
}

const NOWHERE = new Mapping(0);

/** Guest memory as a table of regions, which may be added and removed at any time. */
export class GuestMemory implements AddressSpace {
  mapping: Mapping = NOWHERE;
  offset = 0;
  /** Regions by guest address. */
  #regions: MemoryRegion[] = [];
  /** Every mapping by guest address: where it starts, where it ends (exclusive), and itself. */
  #starts: Float64Array = new Float64Array(0);
  #ends: Float64Array = new Float64Array(0);
  #mappings: Mapping[] = [];
  /** Index of the last hit: buffers tend to lie in the same region. */
  #last = 0;

  get regions(): readonly MemoryRegion[] {
    return this.#regions;
  }

  /**
   * Adds a region.
   *
   * @throws MemoryError where it is empty, leaves the 2^53 addresses that we translate, or overlaps another
   */
  add(region: MemoryRegion): void {
    const end = checkedEnd(region);
    for (const other of this.#regions) {
      if (region.guestAddress < endOf(other) && other.guestAddress < end) {
        throw new MemoryError("VDEV_REGION_OVERLAP", `${describe(region)} overlaps ${describe(other)}`);
      }
    }
    this.#regions = [...this.#regions, region].sort((a, b) => a.guestAddress - b.guestAddress);
    this.#index();
  }

  /** Removes the region that starts at an address and revokes its mappings; false where there is none. */
  remove(guestAddress: number): boolean {
    const region = this.#regions.find((candidate) => candidate.guestAddress === guestAddress);
    if (region === undefined) return false;
    for (const mapping of region.mappings) mapping.revoke();
    region.release?.();
    this.#regions = this.#regions.filter((candidate) => candidate !== region);
    this.#index();
    return true;
  }

  /** Removes every region. */
  clear(): void {
    for (const region of this.#regions) this.remove(region.guestAddress);
  }

  translate(address: number, length: number, _write: boolean): number {
    let i = this.#last;
    if (!(address >= (this.#starts[i] as number) && address < (this.#ends[i] as number))) {
      i = this.#find(address);
      if (i < 0) return UNMAPPED;
      this.#last = i;
    }
    this.mapping = this.#mappings[i] as Mapping;
    this.offset = address - (this.#starts[i] as number);
    return Math.min((this.#ends[i] as number) - address, length);
  }

  /** The mapping that holds an address, by binary search; -1 where none does. */
  #find(address: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      if (address < (this.#starts[middle] as number)) high = middle - 1;
      else if (address >= (this.#ends[middle] as number)) low = middle + 1;
      else return middle;
    }
    return -1;
  }

  #index(): void {
    this.#mappings = this.#regions.flatMap((region) => region.mappings);
    this.#starts = new Float64Array(this.#mappings.length);
    this.#ends = new Float64Array(this.#mappings.length);
    let i = 0;
    for (const region of this.#regions) {
      let at = region.guestAddress;
      for (const mapping of region.mappings) {
        this.#starts[i] = at;
        at += mapping.byteLength;
        this.#ends[i++] = at;
      }
    }
    this.#last = 0;
    this.mapping = NOWHERE;
  }
}

function endOf(region: MemoryRegion): number {
  return region.mappings.reduce((end, mapping) => end + mapping.byteLength, region.guestAddress);
}

function checkedEnd(region: MemoryRegion): number {
  const end = endOf(region);
  const whole = region.mappings.every(
    (mapping, i) => mapping.byteLength === MAPPING_MAX || (i === region.mappings.length - 1 && mapping.byteLength > 0),
  );
  if (!whole || end === region.guestAddress) {
    throw new MemoryError("VDEV_REGION_EMPTY", `${describe(region)} is empty or has a hole`);
  }
  if (!Number.isSafeInteger(region.guestAddress) || region.guestAddress < 0 || !Number.isSafeInteger(end)) {
    throw new MemoryError("VDEV_REGION_RANGE", `${describe(region)} leaves the addresses 0 to 2^53-1`);
  }
  return end;
}

function describe(region: MemoryRegion): string {
  return `region 0x${region.guestAddress.toString(16)}..0x${endOf(region).toString(16)}`;
}
