import { GuestMemory, type MemoryRegion } from "../memory/guest-memory.js";
import { mappingsOf } from "../memory/mapping.js";

/** Where a region of the driver's memory lies; sizes and addresses in bytes. */
export interface RegionSpec {
  readonly guestAddress: number;
  readonly size: number;
}

export const DEFAULT_REGIONS: readonly RegionSpec[] = [{ guestAddress: 0x10_0000, size: 16 * 2 ** 20 }];

/** Where the memory of a region comes from. */
export type MemorySource = (region: RegionSpec) => MemoryRegion;

const plainMemory: MemorySource = ({ guestAddress, size }) => ({
  guestAddress,
  mappings: mappingsOf(new SharedArrayBuffer(size)),
});

/**
 * The memory of a guest without a guest: regions that a driver lays its rings and buffers out in, and that a device
 * translates addresses into.
 */
export class DriverMemory {
  /** The device's view of the same memory. */
  readonly guest: GuestMemory = new GuestMemory();
  /** Free runs by address. */
  #free: { address: number; length: number }[];

  constructor(regions: readonly RegionSpec[] = DEFAULT_REGIONS, source: MemorySource = plainMemory) {
    for (const region of regions) this.guest.add(source(region));
    this.#free = regions.map(({ guestAddress, size }) => ({ address: guestAddress, length: size }));
  }

  /** Sets memory aside, zeroed. @throws RangeError where no free run is long enough */
  allocate(length: number, alignment = 16): number {
    for (const run of this.#free) {
      const address = Math.ceil(run.address / alignment) * alignment;
      if (address + length > run.address + run.length) continue;
      this.#take(run, address, length);
      this.write(address, new Uint8Array(length));
      return address;
    }
    throw new RangeError(`no ${length} bytes of guest memory are free`);
  }

  /** Gives back what `allocate` set aside. */
  release(address: number, length: number): void {
    if (length === 0) return;
    const next = this.#free.findIndex((run) => run.address > address);
    this.#free.splice(next < 0 ? this.#free.length : next, 0, { address, length });
    this.#join();
  }

  /** A view of guest memory that lies in one mapping, for rings. @throws RangeError where it does not */
  view(address: number, length: number): DataView {
    if (this.guest.translate(address, length, true) !== length) {
      throw new RangeError(`0x${address.toString(16)}, ${length} bytes, is not in one run of guest memory`);
    }
    const { bytes } = this.guest.mapping;
    return new DataView(bytes.buffer, bytes.byteOffset + this.guest.offset, length);
  }

  /** A copy of guest memory, which may straddle regions. */
  read(address: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.#eachRun(address, length, (run, done) => bytes.set(run, done));
    return bytes;
  }

  write(address: number, bytes: Uint8Array): void {
    this.#eachRun(address, bytes.length, (run, done) => run.set(bytes.subarray(done, done + run.length)));
  }

  #eachRun(address: number, length: number, visit: (run: Uint8Array, done: number) => void): void {
    for (let done = 0; done < length; ) {
      const run = this.guest.translate(address + done, length - done, true);
      if (run <= 0) throw new RangeError(`0x${(address + done).toString(16)} is not guest memory`);
      visit(this.guest.mapping.bytes.subarray(this.guest.offset, this.guest.offset + run), done);
      done += run;
    }
  }

  #take(run: { address: number; length: number }, address: number, length: number): void {
    const end = run.address + run.length;
    const rest = { address: address + length, length: end - address - length };
    run.length = address - run.address;
    const at = this.#free.indexOf(run);
    this.#free.splice(at, 1, ...[run, rest].filter((part) => part.length > 0));
  }

  /** Makes one run of neighbours. */
  #join(): void {
    for (let i = this.#free.length - 1; i > 0; i--) {
      const [before, after] = [this.#free[i - 1], this.#free[i]];
      if (before === undefined || after === undefined || before.address + before.length !== after.address) continue;
      before.length += after.length;
      this.#free.splice(i, 1);
    }
  }
}
