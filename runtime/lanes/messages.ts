import type { SharedConfig } from "../virtio/config-mirror.js";
import type { VirtqueueLayout } from "../virtqueue/virtqueue.js";
import type { VirtqueueError } from "../virtqueue/virtqueue-error.js";

/** What a lane is made from. */
export interface LaneOrigin {
  /** URL of the module whose default export is the behaviour. */
  readonly module: string;
  /** How long the thread may spin before it sleeps, in microseconds. */
  readonly pollMaxUs: number;
}

/** A part of memory that is mapped: threads give one another ids, never buffers. */
export interface SharedRange {
  readonly mapping: number;
  readonly offset: number;
  readonly length: number;
}

/** A mapping that is a run of guest addresses as a whole. */
export interface SharedRegion {
  readonly guestAddress: number;
  readonly mapping: number;
  readonly length: number;
}

/** Descriptors by which driver and device notify each other, the lane's from now on. */
export interface QueueSignals {
  readonly kick: number;
  /** Absent: the driver wants no notifications. */
  readonly call: number | undefined;
}

export interface SharedSetup extends VirtqueueLayout {
  readonly position: number | undefined;
  readonly inflight: (SharedRange & { readonly entries: number }) | undefined;
}

/** What the driver's features made of the device. */
export interface Preparation {
  readonly kind: "prepare";
  /** Words of feature sets. */
  readonly offered: Uint32Array;
  readonly accepted: Uint32Array;
  readonly config: SharedConfig;
  /** What `share()` returned. */
  readonly shared: unknown;
}

/** What the control side tells a lane. They are taken in order; `queue` is a number that is never used again. */
export type LaneMessage =
  | Preparation
  | { readonly kind: "memory"; readonly regions: readonly SharedRegion[] }
  | {
      readonly kind: "run";
      readonly queue: number;
      readonly index: number;
      readonly name: string;
      readonly setup: SharedSetup;
      readonly accepted: Uint32Array;
      readonly terms: Float64Array;
      readonly held: boolean;
      readonly signals: QueueSignals;
    }
  | { readonly kind: "signals"; readonly queue: number; readonly signals: QueueSignals }
  | { readonly kind: "kick" | "stop" | "abandon"; readonly queue: number }
  /** Answered with `done`: at once, or when no I/O of the lane is in flight. */
  | { readonly kind: "reach" | "settle"; readonly question: number };

/** What a lane says. */
export type LaneReport =
  | { readonly kind: "stopped"; readonly queue: number; readonly position: number | undefined }
  | {
      readonly kind: "broken";
      readonly queue: number;
      readonly rule: VirtqueueError["rule"];
      readonly message: string;
    }
  | { readonly kind: "handler failed"; readonly queue: number; readonly error: string; readonly count: number }
  | { readonly kind: "log"; readonly level: LogLevel; readonly message: string }
  | { readonly kind: "done"; readonly question: number };

export type LogLevel = "debug" | "info" | "warn" | "error";
