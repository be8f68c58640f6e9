import { spreadOf } from "../report/statistics.js";
import { runCase } from "../run-case.js";
import type { DescriptorsRow } from "./growth-results.js";

/** Those of the header and of the status come on top. */
export const DATA_DESCRIPTORS = [1, 2, 6, 14, 30, 62, 126, 254, 510, 1022] as const;

const QUEUE_SIZE = 1024;
/** Descriptors that a row looks at, so that all take about as long. */
const DESCRIPTORS = 8_000_000;
const HEADER_AND_STATUS = 2;

/** The engine on plain memory: seg_max lets no client over a socket go as far as the rings do. */
export function measureDescriptors(dataDescriptors: number, rounds: number): DescriptorsRow {
  const descriptors = dataDescriptors + HEADER_AND_STATUS;
  const requests = Math.round(DESCRIPTORS / (descriptors + 10));
  const ns = (indirect: boolean) => {
    const shape = { copy: false, write: false, dataDescriptors, indirect, queueSize: QUEUE_SIZE };
    const { nsPerRequest, isDone, failed } = runCase(shape, requests);
    if (!isDone || failed > 0)
      throw new Error(`requests of ${descriptors} descriptors failed: ${JSON.stringify(shape)}`);
    return nsPerRequest;
  };
  const median = (indirect: boolean) => spreadOf(Array.from({ length: rounds }, () => ns(indirect))).median;
  return { descriptors, directNs: median(false), indirectNs: median(true) };
}
