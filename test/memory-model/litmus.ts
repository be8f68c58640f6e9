import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { native } from "../../runtime/native/native.js";
import { builtFile } from "../../runtime/testing/built-file.js";
import { LINE, type PatternName, PLACES } from "./litmus-patterns.js";

export interface Litmus {
  readonly pattern: PatternName;
  /** Of each word. */
  readonly bits: 16 | 32;
  /** A round tries all places once. */
  readonly rounds: number;
}

/** What a side is started with. */
export interface LitmusSide extends Litmus {
  readonly side: 0 | 1;
  /** The memory that both map, of `LITMUS_BYTES`. */
  readonly fd: number;
  /** `COMMON_BYTES`: how many have arrived, a word to sleep on, and room for what was seen. */
  readonly common: SharedArrayBuffer;
}

/** How often each outcome was seen, named by the look that found the new value; and how often one that must not be. */
export interface Outcomes {
  readonly neither: number;
  readonly first: number;
  readonly second: number;
  readonly both: number;
  readonly forbidden: number;
}

export const LITMUS_BYTES: number = 2 * PLACES * LINE;
export const COMMON_BYTES: number = 8 + 8 * PLACES;

/** Has two threads try, each of which has mapped the same memory for itself, as a frontend and a backend do. */
export async function tryLitmus(litmus: Litmus): Promise<Outcomes> {
  const fd = native().memfd("vdev-litmus", LITMUS_BYTES, true);
  const common = new SharedArrayBuffer(COMMON_BYTES);
  const start = (side: 0 | 1) =>
    new Worker(builtFile(new URL("./litmus-side.js", import.meta.url)), {
      workerData: { ...litmus, side, fd, common } satisfies LitmusSide,
    });
  const workers = [start(0), start(1)];
  try {
    const [[outcomes]] = (await Promise.all(workers.map((worker) => once(worker, "message")))) as [[Outcomes]];
    return outcomes;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
    native().close(fd);
  }
}
