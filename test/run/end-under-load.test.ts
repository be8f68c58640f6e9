import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BlkDescription, BlkStatus, type BlkTraffic } from "../../generated/blk.js";
import { Driver, type DriverQueue, VhostUserLink } from "../../runtime/testing/index.js";
import { until } from "../until.js";
import { Bench } from "./programs.js";

const WRITERS = 16;
const BLOCK = 4096;
const SECTORS = BLOCK / 512;
const MIB = 2 ** 20;
const SLOTS = MIB / BLOCK / WRITERS;

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

/** What one writer has of the disk: its blocks hold numbers that only grow. */
class Writer {
  /** By block: what the disk has acknowledged, and what it was sent last. */
  readonly acknowledged: Uint32Array = new Uint32Array(SLOTS);
  readonly sent: Uint32Array = new Uint32Array(SLOTS);
  readonly #queue: DriverQueue<BlkTraffic["requestq"]>;
  readonly #first: number;

  constructor(queue: DriverQueue<BlkTraffic["requestq"]>, index: number) {
    this.#queue = queue;
    this.#first = index * SLOTS;
  }

  /** Writes until the disk answers no more. */
  async run(): Promise<void> {
    for (let number = 1; ; number++) {
      const slot = number % SLOTS;
      this.sent[slot] = number;
      const data = new Uint8Array(new Uint32Array(BLOCK / 4).fill(number).buffer);
      const { status } = await this.#queue.send("OUT", { sector: (this.#first + slot) * SECTORS, data });
      if (status !== BlkStatus.OK) throw new Error(`the disk answered with ${status}`);
      this.acknowledged[slot] = number;
    }
  }

  /** Blocks of an image that hold less than what was acknowledged, or what was never sent. */
  losses(image: Uint32Array): string[] {
    return Array.from(this.acknowledged, (acknowledged, slot) => {
      const at = ((this.#first + slot) * BLOCK) / 4;
      const words = new Set(image.subarray(at, at + BLOCK / 4));
      // A write that was in flight may be there in part.
      const isRight = [...words].every((word) => word === acknowledged || word === this.sent[slot]);
      return isRight ? "" : `block ${this.#first + slot}: ${[...words]}, acknowledged ${acknowledged}`;
    }).filter((loss) => loss !== "");
  }
}

/** A disk that also knows how to break, by signals that mean nothing else. */
function breakableDisk(): string {
  const disk = pathToFileURL(join(resolve(import.meta.dirname, "../.."), "dist/definitions/blk/blk.js")).href;
  return bench.writeModule(
    "disk.js",
    `import disk from ${JSON.stringify(disk)};
process.on("SIGUSR2", () => { throw new Error("it broke"); });
process.on("SIGWINCH", () => process.exit(7));
export default disk;`,
  );
}

describe.each([0, 2])("with queues on %i threads of their own", (threads) => {
  test.each([
    ["SIGTERM", "SIGTERM", 0],
    ["an uncaught throw", "SIGUSR2", 3],
    ["process.exit", "SIGWINCH", 7],
    ["SIGKILL", "SIGKILL", null],
  ] as const)(
    "%s in the middle of writes ends the program; what was acknowledged is there",
    async (_, signal, status) => {
      const image = bench.writeZeroes("image", MIB);
      const options = [
        `--blk-file=${image}`,
        "--num-queues=2",
        `--queue-threads=${threads}`,
        "--socket-path=disk.sock",
      ];
      const running = bench.start("vdev-run", [breakableDisk(), ...options]);
      await running.says(/ listening on /);
      const link = await VhostUserLink.connect(bench.path("disk.sock"));
      const driver = await Driver.connect<BlkTraffic>(link, BlkDescription);
      const writers = Array.from({ length: WRITERS }, (_, i) => new Writer(driver.queue("requestq", i % 2), i));
      for (const writer of writers) writer.run().catch(() => {});
      await until("all writers write", () =>
        writers.every(({ acknowledged }) => acknowledged.some((number) => number > SLOTS)),
      );

      expect((await running.end(signal)).status).toBe(status);
      // What the program completed at its end is in the used ring, and acknowledged.
      for (const queue of [0, 1]) link.onUsed(queue);
      const words = readFileSync(image);
      const found = new Uint32Array(words.buffer, words.byteOffset, words.length / 4);
      expect(writers.flatMap((writer) => writer.losses(found))).toEqual([]);
      await driver.close();
    },
  );
});
