/** A number of 64 bits, also above 2^53. */
type Word = number | bigint;

/** Payloads as a frontend without any checks writes them. */
export function words(...values: readonly Word[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, BigInt).buffer);
}

export function halves(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export function vringState(index: number, num: number): Uint8Array {
  return halves(index, num);
}

export interface RawAddress {
  readonly descriptors: Word;
  readonly used: Word;
  readonly available: Word;
}

export function vringAddress(index: number, flags: number, address: RawAddress): Uint8Array {
  return join(halves(index, flags), words(address.descriptors, address.used, address.available, 0));
}

export interface RawRegion {
  readonly guestAddress: Word;
  readonly size: Word;
  readonly userAddress: Word;
  readonly offset: Word;
}

function regionOf({ guestAddress, size, userAddress, offset }: RawRegion): Uint8Array {
  return words(guestAddress, size, userAddress, offset);
}

/** @param count what it says to hold; the truth where absent */
export function memoryTable(regions: readonly RawRegion[], count: number = regions.length): Uint8Array {
  return join(halves(count, 0), ...regions.map(regionOf));
}

export function memoryRegion(region: RawRegion): Uint8Array {
  return join(words(0), regionOf(region));
}

export function config(offset: number, size: number, flags: number, length: number): Uint8Array {
  return join(halves(offset, size, flags), new Uint8Array(length));
}

export function inflight(mapSize: Word, mapOffset: Word, queues: number, queueSize: number): Uint8Array {
  return join(words(mapSize, mapOffset), new Uint8Array(Uint16Array.of(queues, queueSize, 0, 0).buffer));
}

/** What an inflight region of a queue of eight says. */
export interface RegionContents {
  readonly version: number;
  readonly entries: number;
  readonly lastBatchHead: number;
  readonly usedIndex: number;
  /** Of entries from 0 on. */
  readonly inflight: readonly number[];
  /** The same for each. */
  readonly next: number;
  readonly counter: bigint;
}

/** The bytes of a region ("Inflight I/O tracking", QueueRegionSplit), by default one that a backend left in order. */
export function regionContents(contents: Partial<RegionContents>): Uint8Array {
  const {
    version = 1,
    entries = 8,
    lastBatchHead = 0,
    usedIndex = 0,
    inflight = [],
    next = 0,
    counter = 0n,
  } = contents;
  const view = new DataView(new ArrayBuffer(16 + 16 * 8));
  for (const [i, value] of [version, entries, lastBatchHead, usedIndex].entries())
    view.setUint16(8 + 2 * i, value, true);
  for (let entry = 0; entry < 8; entry++) {
    const at = 16 + 16 * entry;
    view.setUint8(at, inflight[entry] ?? 0);
    view.setUint16(at + 6, next, true);
    view.setBigUint64(at + 8, counter, true);
  }
  return new Uint8Array(view.buffer);
}
