import { accessSync, constants, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { RngDevice, type RngEntropy } from "../../generated/rng.js";
import { type Backend, defineBackend, type Mapping, SpanList } from "../../runtime/index.js";
import { RateLimit } from "./rate-limit.js";

/** Most bytes for one buffer: overlapping descriptors can make a small memory ask for gigabytes. */
const REQUEST_MAX = 64 * 1024;
/** For a buffer that waits when the queue stops, beyond the limit: no buffer may come back empty (VIRTIO 5.4.6.2). */
const LAST_BYTES = 1;

export interface RngOptions {
  /** Where the bytes come from; the kernel's random number generator where absent. */
  readonly rngSource?: string;
  /** Bytes that are given out in each period; no limit where absent. */
  readonly maxBytes?: number;
  /** Length of a period in milliseconds; one minute where absent. */
  readonly period?: number;
}

/** Fills buffers with random bytes, within a rate. */
export class Rng extends RngDevice {
  readonly #source: string;
  readonly #limit: RateLimit;
  #file: Promise<FileHandle> | undefined;

  /**
   * @throws RangeError where a limit is not a positive integer, or the period is longer than a timer
   * @throws Error where the source cannot be read
   */
  constructor(options: RngOptions = {}) {
    super({ offer: [], config: {} });
    this.#source = options.rngSource ?? "/dev/urandom";
    this.#limit = new RateLimit(options.maxBytes ?? Number.POSITIVE_INFINITY, options.period ?? 60_000);
    checkSource(this.#source);
  }

  async entropy(buffer: RngEntropy): Promise<void> {
    const wanted = Math.min(buffer.data.byteLength, REQUEST_MAX);
    let granted = this.#limit.take(wanted);
    while (granted === 0) granted = (await this.#limit.wait()) ? this.#limit.take(wanted) : LAST_BYTES;
    await this.#fill(buffer, granted);
    buffer.complete();
  }

  /** What waits for the next period would keep the queue from stopping. */
  override onStopping(): void {
    this.#limit.cancel();
  }

  override onReset(): void {
    this.onClose();
  }

  override onClose(): void {
    this.#file?.then((file) => file.close()).catch((error: unknown) => this.log.warn(`${this.#source}: ${error}`));
    this.#file = undefined;
  }

  /** Reads straight into the driver's memory: into its first run, for a buffer may be filled in part. */
  async #fill(buffer: RngEntropy, bytes: number): Promise<void> {
    const runs = new SpanList();
    buffer.data.spans(runs, 0, bytes);
    const file = await this.#open();
    const memory = (runs.mappings[0] as Mapping).bytes;
    const { bytesRead } = await file.read(memory, runs.offsets[0], runs.lengths[0], null);
    if (bytesRead === 0) throw new Error(`${this.#source} has no more bytes`);
    buffer.data.wrote(bytesRead);
  }

  /** The source, opened once; tried again with the next buffer where that failed. */
  #open(): Promise<FileHandle> {
    this.#file ??= open(this.#source, "r").catch((error: unknown) => {
      this.#file = undefined;
      throw error;
    });
    return this.#file;
  }
}

/** A mistyped path shows when the program starts, not when a driver waits for bytes. */
function checkSource(source: string): void {
  try {
    accessSync(source, constants.R_OK);
  } catch (error) {
    throw new Error(`rng-source cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  if (statSync(source).isDirectory()) throw new Error(`rng-source is a directory: ${source}`);
}

const backend: Backend<RngOptions, Rng> = defineBackend({
  open: (options: RngOptions) => new Rng(options),
  program: {
    type: "rng",
    options: [
      { name: "rng-source", type: "string", value: "PATH", help: "where the bytes come from (default: /dev/urandom)" },
      { name: "max-bytes", type: "size", help: "bytes that are given out in each period (default: no limit)" },
      { name: "period", type: "integer", value: "MS", help: "length of a period in milliseconds (default: 60000)" },
    ],
  },
});
export default backend;
