import { until as untilBound } from "../until.js";

/** Machines boot, on a machine that does much else. */
const BOUND_MS = 300_000;

/** As the `until` of all tests, with more patience. */
export function until<T>(what: string, ask: () => T | Promise<T>): Promise<Exclude<T, undefined | false>> {
  return untilBound(what, ask, BOUND_MS);
}
