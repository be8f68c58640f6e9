import type { MemoryRegion } from "../memory/guest-memory.js";
import { SharedMemory } from "../memory/shared-memory.js";
import { native } from "../native/native.js";
import type { RegionSpec } from "./driver-memory.js";

/** A region of memory behind a file descriptor, as a frontend describes it to a backend. */
export interface SharedRegion extends RegionSpec {
  /** Where a frontend with this memory would have it mapped; no two regions overlap there either. */
  readonly userAddress: number;
  /** Byte of the file at which the region begins. */
  readonly offset: number;
}

/** Far from every guest address, so that one cannot be taken for the other. */
const USER_BASE = 0x5000_0000_0000;
const ALIGNMENT = 2 ** 21;

/** The memory of a driver whose device is in another process: all regions lie in one sealed memfd. */
export class SharedRegions {
  readonly fd: number;
  readonly regions: readonly SharedRegion[];
  readonly #mapped: SharedMemory[] = [];

  constructor(specs: readonly RegionSpec[]) {
    const regions: SharedRegion[] = [];
    let offset = 0;
    for (const { guestAddress, size } of specs) {
      regions.push({ guestAddress, size, userAddress: USER_BASE + offset, offset });
      offset = Math.ceil((offset + size) / ALIGNMENT) * ALIGNMENT;
    }
    this.regions = regions;
    this.fd = native().memfd("vdev-driver", offset, true);
  }

  /** Maps one of the regions. */
  readonly map = ({ guestAddress }: RegionSpec): MemoryRegion => {
    const region = this.regions.find((candidate) => candidate.guestAddress === guestAddress);
    if (region === undefined) throw new RangeError(`no region begins at 0x${guestAddress.toString(16)}`);
    const memory = new SharedMemory(this.fd, region.offset, region.size);
    this.#mapped.push(memory);
    return { guestAddress, mappings: memory.mappings };
  };

  /** Where a frontend would have a guest address mapped. @throws RangeError where it is in no region */
  userAddress(guestAddress: number): number {
    for (const region of this.regions) {
      const at = guestAddress - region.guestAddress;
      if (at >= 0 && at < region.size) return region.userAddress + at;
    }
    throw new RangeError(`0x${guestAddress.toString(16)} is not guest memory`);
  }

  /** Takes the memory away from this process; a device keeps it for as long as it has it mapped. */
  close(): void {
    for (const memory of this.#mapped.splice(0)) memory.release();
    native().close(this.fd);
  }
}
