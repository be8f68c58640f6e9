import type { FeatureSet } from "../virtio/feature-set.js";
import type { VirtqueueLayout } from "../virtqueue/virtqueue.js";
import type { DriverMemory } from "./driver-memory.js";

/** A device as a driver reaches it: the operations of a VIRTIO transport, seen from the driver's side. */
export interface DeviceLink {
  /** Memory that the device can reach. */
  readonly memory: DriverMemory;
  readonly queueSizeMax: number;
  /** Called at a used buffer notification. */
  onUsed: (queue: number) => void;
  /** Called at a configuration change notification. */
  onConfigChange: () => void;
  offeredFeatures(): Promise<FeatureSet>;
  acceptFeatures(features: FeatureSet): Promise<void>;
  readStatus(): Promise<number>;
  writeStatus(status: number): Promise<void>;
  readConfig(offset: number, length: number): Promise<Uint8Array>;
  configGeneration(): Promise<number>;
  /** False where the device refused the write. */
  writeConfig(offset: number, bytes: Uint8Array): Promise<boolean>;
  setupQueue(index: number, layout: VirtqueueLayout): Promise<void>;
  enableQueue(index: number): Promise<void>;
  /** Resets one queue; resolves when the device holds none of its buffers any more. False where it may not be done. */
  resetQueue(index: number): Promise<boolean>;
  /** Sends an available buffer notification. */
  kick(index: number): void;
  /** Ends the session. */
  close(): Promise<void>;
}
