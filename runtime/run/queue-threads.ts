import { checkLanes, type LaneOptions } from "../lanes/lane-options.js";
import type { LoadedDevice } from "./load-device.js";
import { usageError } from "./program-error.js";

/** The threads that a command line asks for; undefined for none. @throws ProgramError where they cannot be */
export function queueThreads({ backend, module }: LoadedDevice, count = 0): LaneOptions | undefined {
  if (count === 0) return undefined;
  const lanes = { count, module };
  try {
    checkLanes(backend, lanes);
  } catch (error) {
    throw error instanceof RangeError ? usageError(error.message) : error;
  }
  return lanes;
}
