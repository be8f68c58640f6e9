import { GCProfiler, getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What a run of requests cost this thread. */
export interface Cost {
  readonly nsPerRequest: number;
  /** Bytes of the heap, without compiled code; meaningless where a collection ran. */
  readonly bytesPerRequest: number;
  readonly collections: number;
}

// What was allocated while starting must not be collected while measuring.
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Runs a load and looks at the clock and at the heap before and after. */
export function measure(run: (requests: number) => void, requests: number): Cost {
  collect();
  const profiler = new GCProfiler();
  profiler.start();
  const heapBefore = heapInUse();
  const start = process.hrtime.bigint();
  run(requests);
  const elapsed = Number(process.hrtime.bigint() - start);
  const heapAfter = heapInUse();
  const collections = profiler.stop()?.statistics.length ?? 0;
  return { nsPerRequest: elapsed / requests, bytesPerRequest: (heapAfter - heapBefore) / requests, collections };
}

function heapInUse(): number {
  const objects = getHeapSpaceStatistics().filter(({ space_name: name }) => /^(new|old|large_object)_/.test(name));
  return objects.reduce((bytes, space) => bytes + space.space_used_size, 0);
}
