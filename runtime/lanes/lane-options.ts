import type { Backend } from "../virtio/backend.js";

/** Most threads of a device: more than machines have processors to spare, and 300 MB. */
export const LANES_MAX = 32;

/** How lanes are asked for. */
export interface LaneOptions {
  /** Threads, from 1 to `LANES_MAX`. */
  readonly count: number;
  /** URL of the module whose default export is the behaviour: each thread loads it anew. */
  readonly module: string;
}

/** @throws RangeError that says why there cannot be so many lanes, or none of this behaviour */
export function checkLanes(backend: Backend<never>, { count }: LaneOptions): void {
  if (!(Number.isInteger(count) && count >= 1 && count <= LANES_MAX)) {
    throw new RangeError(`--queue-threads must be an integer from 0 to ${LANES_MAX}, found ${count}`);
  }
  if (backend.lane === undefined || backend.definition === undefined) {
    throw new RangeError("--queue-threads: this device serves all its queues on one thread");
  }
}
