import type { LanePlace } from "../lanes/lane-place.js";
import type { Logger } from "../log.js";
import type { DeviceModel } from "../virtio/device-model.js";
import type { BackendChannel } from "./backend-channel.js";
import type { DriverStatus } from "./driver-status.js";
import type { InflightRegion } from "./inflight-region.js";
import type { MemoryTable } from "./memory-table.js";
import type { Message } from "./message.js";
import type { Negotiated } from "./negotiated.js";
import type { Rings } from "./rings.js";

/** What the messages of a session are about. */
export interface SessionParts {
  readonly model: DeviceModel;
  readonly status: DriverStatus;
  readonly negotiated: Negotiated;
  readonly memory: MemoryTable;
  readonly inflight: InflightRegion;
  readonly rings: Rings;
  readonly channel: BackendChannel;
  /** Absent: all queues run on this thread. */
  readonly lanes: LanePlace | undefined;
  readonly log: Logger;
}

/** A natural reply. */
export interface Reply {
  readonly payload: Uint8Array;
  /** Sent along and closed. */
  readonly descriptor?: number;
}

/** A reply; or true for done; or false for what the driver, not the frontend, did wrong: said if asked, and survived. */
export type Answer = Reply | boolean;

/**
 * Handles one request, whose size, descriptors and features have been checked.
 *
 * @throws ProtocolError, MemoryError, VirtqueueError, NativeError where the frontend is at fault
 */
export type Handler = (parts: SessionParts, message: Message) => Answer | Promise<Answer>;
