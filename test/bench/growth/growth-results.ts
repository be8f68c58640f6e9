import type { ClientRun } from "../disk/results.js";
import type { Spread } from "../report/statistics.js";

/** So many devices, without requests but for one. */
export interface DevicesRow {
  readonly devices: number;
  /** Bytes of memory a device: all that its processes have in memory, shared parts once. */
  readonly bytesPerDevice: number;
  /** Microseconds of processor time a device takes in a second, while none has a request. */
  readonly idleUsPerSecond: number;
  /** Of one device that is busy at depth 16 among the others, where that was measured. */
  readonly busy?: ClientRun;
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
  readonly ours: { readonly iops: Spread; readonly cpuNsPerRequest: Spread };
  readonly peer: { readonly iops: Spread; readonly cpuNsPerRequest: Spread };
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
