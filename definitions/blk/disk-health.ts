import { getSystemErrorName } from "node:util";
import type { Logger } from "../../runtime/index.js";

/** Words of what the lanes of a disk share. */
const FAILURES = 0;
const SYNC_ERROR = 1;

/** Memory for a `DiskHealth` on each thread. */
export function sharedHealth(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(8));
}

/** What went wrong with a disk since it was opened, for all its lanes together. */
export class DiskHealth {
  readonly #words: Int32Array;
  readonly #log: Logger;

  constructor(words: Int32Array, log: Logger) {
    this.#words = words;
    this.#log = log;
  }

  /** Logs the first failure, the tenth, the hundredth: a broken disk must not flood the log. */
  failed(what: string, position: number, length: number, result: number): void {
    const count = Atomics.add(this.#words, FAILURES, 1) + 1;
    if (!Number.isInteger(Math.log10(count))) return;
    const reason = result < 0 ? getSystemErrorName(result) : `only ${result} bytes are there`;
    this.#log.error(`blk: ${what} of ${length} bytes at ${position} failed: ${reason} (failure ${count})`);
  }

  /**
   * How a sync went: 0, or a negative errno.
   *
   * After a sync that failed, none succeeds any more. Linux reports a lost write once and marks its pages clean: the next
   * sync would succeed, and vouch for data that is not on the disk.
   */
  synced(result: number): number {
    if (result < 0 && Atomics.compareExchange(this.#words, SYNC_ERROR, 0, result) === 0) {
      const lost = "what was written before may be lost, so that no flush can succeed any more";
      this.#log.error(`blk: flush failed: ${getSystemErrorName(result)}; ${lost}`);
    }
    return Atomics.load(this.#words, SYNC_ERROR);
  }
}
