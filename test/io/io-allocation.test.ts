import { readdirSync } from "node:fs";
import { GCProfiler, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { engineNames, IoFixture, pattern, spans } from "./fixture.js";

const OPERATIONS = 100_000;
const DEPTH = 32;

/**
 * A wake-up of libuv costs some 40 bytes, which the operations of a batch share: with io_uring they all end in one, with
 * threads perhaps each in its own. One object for each operation would be more than the first bound.
 */
const bytesPerOperation = { io_uring: 8, threads: 60 };

// What was allocated while starting must not be collected while measuring.
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

describe.each(engineNames)("%s", (name) => {
  const io = new IoFixture(name);

  test("allocates nothing for an operation, and opens nothing", async () => {
    const { mapping } = io.memory(DEPTH * 4096);
    io.fill(pattern(65_536, 1));
    const lists = Array.from({ length: DEPTH }, (_, i) =>
      spans(mapping, [
        [i * 4096, 100],
        [i * 4096 + 200, 3000],
      ]),
    );
    const engine = io.engine;

    /** Keeps `DEPTH` reads in flight until so many are done. */
    function load(operations: number): Promise<void> {
      return new Promise((resolve, reject) => {
        let started = 0;
        let done = 0;
        const owner = {
          ioDone(tag: number, result: number) {
            if (result !== 3100) reject(new Error(`result ${result}`));
            if (++done === operations) resolve();
            if (started < operations) start(tag);
          },
        };
        function start(tag: number): void {
          engine.read(io.file, (started++ * 13) % 60_000, lists[tag] as (typeof lists)[0], owner, tag, 0);
        }
        for (let tag = 0; tag < DEPTH; tag++) start(tag);
      });
    }

    await load(OPERATIONS);
    const open = readdirSync("/proc/self/fd").length;
    collect();
    const profiler = new GCProfiler();
    profiler.start();
    const before = process.memoryUsage().heapUsed;
    await load(OPERATIONS);
    const after = process.memoryUsage().heapUsed;
    const collected = (profiler.stop()?.statistics ?? []).map(
      ({ beforeGC, afterGC }) => beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize,
    );
    const allocated = after - before + collected.reduce((sum, bytes) => sum + bytes, 0);
    expect(allocated / OPERATIONS).toBeLessThan(bytesPerOperation[name]);
    expect(readdirSync("/proc/self/fd").length).toBe(open);
  });
});
