import { DESCRIPTOR_NEXT, DESCRIPTOR_SIZE, DESCRIPTOR_WRITE } from "../virtqueue/descriptor.js";
import type { DriverMemory } from "./driver-memory.js";
import type { DriverBuffer, UsedBuffer } from "./driver-ring.js";

/** An indirect table in the driver's memory. */
export interface DriverTable {
  readonly address: number;
  readonly length: number;
}

/** What a driver remembers of a buffer that the device has. */
export interface DriverChain {
  /** Its descriptors in the ring. */
  readonly descriptors: readonly number[];
  /** Bytes that the device may write. */
  readonly writable: number;
  readonly table?: DriverTable;
}

/** A buffer that came back, with what was remembered of it. */
export interface SettledChain extends UsedBuffer {
  readonly descriptors: readonly number[];
}

/** The buffers that the device has, by the number that names them in the ring. */
export class DriverChains {
  readonly #memory: DriverMemory;
  readonly #inOrder: boolean;
  /** In the order in which they were made available. */
  readonly #chains = new Map<number, DriverChain>();

  constructor(memory: DriverMemory, inOrder: boolean) {
    this.#memory = memory;
    this.#inOrder = inOrder;
  }

  add(head: number, chain: DriverChain): void {
    this.#chains.set(head, chain);
  }

  /**
   * What one used entry tells of: a buffer; with IN_ORDER also those that were made available before it, which the device
   * has used completely (VIRTIO 2.7.9, 2.8.8).
   *
   * @throws Error where the buffer is not with the device
   */
  settle(head: number, written: number): SettledChain[] {
    if (!this.#chains.has(head)) throw new Error(`the device used head ${head}, which is not in flight`);
    const settled: SettledChain[] = [];
    for (const name of this.#inOrder ? [...this.#chains.keys()] : [head]) {
      const chain = this.#chains.get(name) as DriverChain;
      this.#chains.delete(name);
      if (chain.table !== undefined) this.#memory.release(chain.table.address, chain.table.length);
      settled.push({ head: name, written: name === head ? written : chain.writable, descriptors: chain.descriptors });
      if (name === head) break;
    }
    return settled;
  }

  /** Gives back the memory of the tables that are still out. */
  release(): void {
    for (const { table } of this.#chains.values()) {
      if (table !== undefined) this.#memory.release(table.address, table.length);
    }
    this.#chains.clear();
  }
}

/** Bytes of a buffer that the device may write. */
export function writableLength(buffers: readonly DriverBuffer[]): number {
  return buffers.reduce((sum, { length, writable }) => sum + (writable ? length : 0), 0);
}

/** Writes an indirect table. In a packed ring its entries are not chained: they follow one another (VIRTIO 2.8.7). */
export function writeTable(memory: DriverMemory, buffers: readonly DriverBuffer[], packed: boolean): DriverTable {
  const length = buffers.length * DESCRIPTOR_SIZE;
  const address = memory.allocate(length, 16);
  const table = new DataView(new ArrayBuffer(length));
  for (const [i, buffer] of buffers.entries()) {
    const at = i * DESCRIPTOR_SIZE;
    const isLast = packed || i === buffers.length - 1;
    const flags = (buffer.writable ? DESCRIPTOR_WRITE : 0) | (isLast ? 0 : DESCRIPTOR_NEXT);
    table.setBigUint64(at, BigInt(buffer.address), true);
    table.setUint32(at + 8, buffer.length, true);
    table.setUint16(at + (packed ? 14 : 12), flags, true);
    if (!isLast) table.setUint16(at + 14, i + 1, true);
  }
  memory.write(address, new Uint8Array(table.buffer));
  return { address, length };
}
