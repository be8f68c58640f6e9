import { GuestMemory } from "../memory/guest-memory.js";
import { SharedMemory } from "../memory/shared-memory.js";
import { ProtocolError } from "./protocol-error.js";
import type { RegionMessage } from "./wire.js";

/** Most regions that are added one by one. */
export const MEMORY_SLOTS = 509;

/** Bytes of all regions together: more than guests have, and what can be mapped without keeping the thread for long. */
const MEMORY_MAX = 2 ** 43;

/** Bytes that rings and messages may have to be aligned to, in memory as in the guest's addresses. */
const ALIGNMENT = 8;

/** A region that is mapped, whether it is in use or not yet. */
interface MappedRegion extends RegionMessage {
  readonly memory: SharedMemory;
}

/** The guest's memory as the frontend hands it over: mapped regions, and its own addresses of them. */
export class MemoryTable {
  /** What devices and rings see of it. */
  readonly guest: GuestMemory = new GuestMemory();
  #regions: readonly MappedRegion[] = [];

  /**
   * Maps regions that are to replace all that there are. Nothing changes before the returned function is called.
   *
   * @param descriptors one for each region; still the caller's
   * @throws ProtocolError, NativeError where one cannot be used; none is mapped then
   */
  prepare(regions: readonly RegionMessage[], descriptors: readonly number[]): () => void {
    for (const [i, region] of regions.entries()) checkRegion(region, regions.slice(0, i));
    checkTotal(regions);
    const mapped: MappedRegion[] = [];
    try {
      for (const [i, region] of regions.entries()) mapped.push(map(region, descriptors[i] as number));
    } catch (error) {
      for (const { memory } of mapped) memory.release();
      throw error;
    }
    return () => {
      this.clear();
      for (const region of mapped) this.#insert(region);
    };
  }

  /** Adds one region. @throws ProtocolError, NativeError where it cannot be used */
  add(region: RegionMessage, descriptor: number): void {
    if (this.#regions.length === MEMORY_SLOTS) throw new ProtocolError(`more than ${MEMORY_SLOTS} memory regions`);
    checkRegion(region, this.#regions);
    checkTotal([...this.#regions, region]);
    this.#insert(map(region, descriptor));
  }

  /** Whether there is a region of these addresses and this size. */
  has(region: RegionMessage): boolean {
    return this.#regions.some((other) => isSame(region, other));
  }

  /** Takes a region away. */
  remove(region: RegionMessage): void {
    this.#regions = this.#regions.filter((other) => !isSame(region, other));
    this.guest.remove(region.guestAddress);
  }

  /** Takes all memory away. */
  clear(): void {
    this.#regions = [];
    this.guest.clear();
  }

  /** The guest address of one of the frontend's own; undefined where it is in no region. */
  guestAddress(userAddress: number): number | undefined {
    for (const region of this.#regions) {
      const at = userAddress - region.userAddress;
      if (at >= 0 && at < region.size) return region.guestAddress + at;
    }
    return undefined;
  }

  #insert(region: MappedRegion): void {
    const { guestAddress, memory } = region;
    this.guest.add({ guestAddress, mappings: memory.mappings, release: memory.release });
    this.#regions = [...this.#regions, region];
  }
}

function map(region: RegionMessage, descriptor: number): MappedRegion {
  return { ...region, memory: new SharedMemory(descriptor, region.fileOffset, region.size) };
}

function checkRegion(region: RegionMessage, others: readonly RegionMessage[]): void {
  const { guestAddress, userAddress, fileOffset, size } = region;
  if (size === 0) throw new ProtocolError(`${describe(region)} is empty`);
  for (const start of [guestAddress, userAddress, fileOffset]) {
    if (!Number.isSafeInteger(start + size)) throw new ProtocolError(`${describe(region)} reaches beyond 2^53`);
  }
  if (fileOffset % ALIGNMENT !== 0) {
    throw new ProtocolError(`${describe(region)} begins in the file at ${fileOffset}, no multiple of ${ALIGNMENT}`);
  }
  for (const other of others) {
    const overlaps =
      overlap(guestAddress, size, other.guestAddress, other.size) ||
      overlap(userAddress, size, other.userAddress, other.size);
    if (overlaps) throw new ProtocolError(`${describe(region)} overlaps ${describe(other)}`);
  }
}

function checkTotal(regions: readonly RegionMessage[]): void {
  const total = regions.reduce((sum, { size }) => sum + size, 0);
  if (total > MEMORY_MAX) throw new ProtocolError(`${total} bytes of memory, more than ${MEMORY_MAX}`);
}

function overlap(a: number, sizeA: number, b: number, sizeB: number): boolean {
  return a < b + sizeB && b < a + sizeA;
}

function isSame(a: RegionMessage, b: RegionMessage): boolean {
  return a.guestAddress === b.guestAddress && a.userAddress === b.userAddress && a.size === b.size;
}

function describe({ guestAddress, userAddress, size }: RegionMessage): string {
  return `region at 0x${guestAddress.toString(16)} (user address 0x${userAddress.toString(16)}, ${size} bytes)`;
}
