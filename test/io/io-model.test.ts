import { constants } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomRuns } from "../random-runs.js";
import { engineNames, IoFixture, pattern, type Run, resultOf, spans } from "./fixture.js";

const MEMORY = 1 << 16;

interface Step {
  readonly write: boolean;
  readonly position: number;
  readonly runs: readonly Run[];
}

/** Runs anywhere in memory, which may overlap where they are only read. */
const step: fc.Arbitrary<Step> = fc.record({
  write: fc.boolean(),
  position: fc.nat(40_000),
  runs: fc.array(fc.tuple(fc.nat(MEMORY - 5000), fc.nat(5000)), { maxLength: 8 }),
});

/** What the file and the memory should hold. */
class Model {
  file: Uint8Array = new Uint8Array();
  readonly memory = pattern(MEMORY, 7);

  /** Returns the bytes that should be done. */
  apply({ write, position, runs }: Step): number {
    const length = runs.reduce((sum, [, each]) => sum + each, 0);
    if (length === 0) return 0;
    if (write) this.#grow(position + length);
    let at = position;
    for (const [offset, each] of runs) {
      if (write) this.file.set(this.memory.subarray(offset, offset + each), at);
      else this.memory.set(this.file.subarray(at, at + each), offset);
      at += each;
    }
    return write ? length : Math.max(0, Math.min(at, this.file.length) - position);
  }

  #grow(length: number): void {
    if (length <= this.file.length) return;
    const file = new Uint8Array(length);
    file.set(this.file);
    this.file = file;
  }
}

describe.each(engineNames)("%s", (name) => {
  const io = new IoFixture(name);

  test.each([0, 1, 512, 4096])(
    "reads and writes like an array, where memory is to be aligned to %d",
    async (alignment) => {
      const { mapping } = io.memory(MEMORY);
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          const model = new Model();
          mapping.bytes.set(model.memory);
          io.fill(model.file);
          for (const each of steps) {
            const list = spans(mapping, each.runs);
            const result = await resultOf((owner) =>
              each.write
                ? io.engine.write(io.file, each.position, list, owner, 0, alignment)
                : io.engine.read(io.file, each.position, list, owner, 0, alignment),
            );
            expect(result).toBe(model.apply(each));
          }
          expect(Buffer.compare(mapping.bytes, model.memory)).toBe(0);
          expect(Buffer.compare(io.contents(), model.file)).toBe(0);
        }),
        { numRuns: randomRuns(60) },
      );
    },
  );

  test("moves more runs than one call of the kernel takes, and more bytes than it is bounced in", async () => {
    const runs: Run[] = Array.from({ length: 5000 }, (_, i) => [(i * 977) % 65_000, 501]);
    const { mapping } = io.memory(MEMORY);
    const model = new Model();
    mapping.bytes.set(model.memory);
    for (const alignment of [0, 512]) {
      const done = await resultOf((owner) => io.engine.write(io.file, 3, spans(mapping, runs), owner, 0, alignment));
      expect(done).toBe(model.apply({ write: true, position: 3, runs }));
      expect(Buffer.compare(io.contents(), model.file)).toBe(0);
      const read = await resultOf((owner) => io.engine.read(io.file, 9, spans(mapping, runs), owner, 0, alignment));
      expect(read).toBe(model.apply({ write: false, position: 9, runs }));
      expect(Buffer.compare(mapping.bytes, model.memory)).toBe(0);
    }
  });

  test("reads and writes past the page cache with memory that is not aligned", async () => {
    const { mapping } = io.memory(MEMORY);
    const bytes = pattern(12_345, 1);
    mapping.bytes.set(bytes, 1001);
    io.fill(bytes);
    const direct = io.open("file", constants.O_RDWR | constants.O_DIRECT);
    const write = spans(mapping, [
      [1001, 3],
      [1004, 8189],
    ]);
    expect(await resultOf((owner) => io.engine.write(direct, 4096, write, owner, 0, 4096))).toBe(8192);
    const read = spans(mapping, [
      [20_001, 1],
      [30_001, 16_383],
    ]);
    expect(await resultOf((owner) => io.engine.read(direct, 0, read, owner, 0, 4096))).toBe(12_345);
    const expected = Buffer.from(bytes);
    expected.set(bytes.subarray(0, 8192), 4096);
    const got = Buffer.concat([mapping.bytes.subarray(20_001, 20_002), mapping.bytes.subarray(30_001, 42_345)]);
    expect(Buffer.compare(got, expected)).toBe(0);
    expect(mapping.bytes[42_345]).toBe(0);
  });
});
