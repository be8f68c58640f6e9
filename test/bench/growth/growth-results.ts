import type { Side } from "../disk/results.js";

/** So many devices, without requests but for one. */
export interface DevicesRow {
  readonly devices: number;
  /** Bytes of resident memory a device, as every process counts them. */
  readonly residentBytes: number;
  /** The same, but what processes share counts once. */
  readonly proportionalBytes: number;
  /** Microseconds of processor time a device takes in a second, while none has a request. */
  readonly idleUsPerSecond: number;
  /** Of one device that is busy at depth 16 among the others, where that was measured. */
  readonly busy?: Side;
}

/** A request of 4 KiB in so many descriptors, on plain memory. */
export interface DescriptorsRow {
  /** The header's and the status' included. */
  readonly descriptors: number;
  readonly directNs: number;
  readonly indirectNs: number;
}

/** Requests whose buffers lie in so many regions in turn. */
export interface RegionsRow {
  /** The client's own region, where its rings lie, included. */
  readonly regions: number;
  readonly ours: Side;
  readonly peer: Side;
}

/** How cost grows. */
export interface GrowthResults {
  /** A process for each device. */
  readonly processes?: readonly DevicesRow[];
  /** One process for all of them. */
  readonly devices?: readonly DevicesRow[];
  readonly descriptors?: readonly DescriptorsRow[];
  readonly regions?: readonly RegionsRow[];
}
