import { readdirSync, readFileSync } from "node:fs";

/** Bytes of a process that are in memory, those that it shares with others included. */
export function residentBytes(pid: number): number {
  return kibibytes(`/proc/${pid}/status`, /^VmRSS:\s+(\d+) kB$/m);
}

/** The same, but of what is shared only its part. */
export function proportionalBytes(pid: number): number {
  return kibibytes(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+) kB$/m);
}

/** Nanoseconds that the threads of a process have run. */
export function cpuNs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + runTime(`/proc/${pid}/task/${thread}/schedstat`), 0);
}

function runTime(path: string): number {
  return Number(readFileSync(path, "utf8").split(" ")[0]);
}

function kibibytes(path: string, pattern: RegExp): number {
  const match = pattern.exec(readFileSync(path, "utf8"));
  if (match === null) throw new Error(`${path} does not match ${pattern}`);
  return Number(match[1]) * 1024;
}
