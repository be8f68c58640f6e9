import { GuestMemory, type MemoryRegion } from "../../runtime/memory/guest-memory.js";
import { Mapping } from "../../runtime/memory/mapping.js";

/** Where a run of guest memory lies. */
export interface GuestRun {
  readonly address: number;
  readonly length: number;
}

interface MappedRun extends GuestRun {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Two neighbours, so that buffers can straddle them, and one far away above 4 GiB. */
const DEFAULT_RUNS: readonly GuestRun[] = [
  { address: 0x1_0000, length: 0x2_0000 },
  { address: 0x3_0000, length: 0x2_0000 },
  { address: 0x2_0000_0000, length: 0x1_0000 },
];

/** Where the first two default runs meet. */
export const SEAM = 0x3_0000;
/** Where the far run begins, and its end. */
export const FAR = 0x2_0000_0000;
export const FAR_END = 0x2_0001_0000;

/**
 * A guest as bytes. It shares with the runtime only the memory itself, so that what a test writes and reads is judged by
 * the specification's layouts and not by our code.
 */
export class Guest {
  readonly memory: GuestMemory;
  readonly #runs: readonly MappedRun[];

  /** A guest with memory that is there already, each region of it in one piece. */
  static over(memory: GuestMemory): Guest {
    return new Guest([], memory);
  }

  constructor(runs: readonly GuestRun[] = DEFAULT_RUNS, memory: GuestMemory = new GuestMemory()) {
    this.memory = memory;
    for (const { address, length } of runs) {
      const mapping = new Mapping(new SharedArrayBuffer(length));
      memory.add({ guestAddress: address, mappings: [mapping] } satisfies MemoryRegion);
    }
    this.#runs = memory.regions.map(({ guestAddress: address, mappings: [mapping = new Mapping(0)] }) => {
      return { address, length: mapping.byteLength, bytes: mapping.bytes, view: mapping.view };
    });
  }

  /** A copy of guest memory, over seams. */
  get(address: number, length: number): Uint8Array {
    return Uint8Array.from({ length }, (_, i) => this.#at(address + i)[0]);
  }

  set(address: number, bytes: ArrayLike<number>): void {
    for (let i = 0; i < bytes.length; i++) {
      const [, run] = this.#at(address + i);
      run.bytes[address + i - run.address] = bytes[i] as number;
    }
  }

  u16(address: number): number {
    const run = this.#run(address);
    return run.view.getUint16(address - run.address, true);
  }

  u32(address: number): number {
    const run = this.#run(address);
    return run.view.getUint32(address - run.address, true);
  }

  putU16(address: number, value: number): void {
    this.set(address, [value & 0xff, (value >>> 8) & 0xff]);
  }

  putU32(address: number, value: number): void {
    this.putU16(address, value);
    this.putU16(address + 2, value >>> 16);
  }

  putU64(address: number, value: bigint): void {
    this.putU32(address, Number(value & 0xffff_ffffn));
    this.putU32(address + 4, Number((value >> 32n) & 0xffff_ffffn));
  }

  /** All of memory, to compare with later. */
  snapshot(): readonly Uint8Array[] {
    return this.#runs.map(({ bytes }) => bytes.slice());
  }

  /** Addresses whose byte differs from a snapshot and lies in none of the runs; at most ten. */
  changedOutside(before: readonly Uint8Array[], allowed: readonly GuestRun[]): number[] {
    const changed: number[] = [];
    for (const [r, { address, bytes }] of this.#runs.entries()) {
      const old = before[r] as Uint8Array;
      if (Buffer.compare(old, bytes) === 0) continue;
      for (let i = 0; i < bytes.length && changed.length < 10; i++) {
        if (old[i] !== bytes[i] && !allowed.some((run) => inside(run, address + i))) changed.push(address + i);
      }
    }
    return changed;
  }

  #run(address: number): MappedRun {
    const run = this.#runs.find((candidate) => inside(candidate, address));
    if (run === undefined) throw new RangeError(`0x${address.toString(16)} is not guest memory`);
    return run;
  }

  #at(address: number): readonly [number, MappedRun] {
    const run = this.#run(address);
    return [run.bytes[address - run.address] as number, run];
  }
}

function inside({ address, length }: GuestRun, at: number): boolean {
  return at >= address && at < address + length;
}
