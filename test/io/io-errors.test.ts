import { execFileSync } from "node:child_process";
import { constants, ftruncateSync, readSync } from "node:fs";
import { constants as system } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ioSettled } from "../../runtime/io/io-engine.js";
import { Mapping } from "../../runtime/memory/mapping.js";
import { FallocateMode } from "../../runtime/native/native.js";
import { until } from "../until.js";
import { engineNames, IoFixture, pattern, type Run, resultOf, spans } from "./fixture.js";
import { uncaughtDuring } from "./uncaught-during.js";

const { EBADF, ECANCELED, EFAULT, EINVAL, ENOSPC } = system.errno;
/** Takes what there is out of a pipe, and says how many bytes that were. */
function take(pipe: number): number {
  try {
    return readSync(pipe, Buffer.alloc(65_536));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return 0;
    throw error;
  }
}

const WHOLE: readonly Run[] = [[0, 8192]];

describe.each(engineNames)("%s", (name) => {
  const io = new IoFixture(name);

  test("is what was asked for", () => expect(io.engine.name).toBe(name));

  test("reads less at the end of the file, and nothing after it", async () => {
    const { mapping } = io.memory(8192);
    io.fill(pattern(5000, 3));
    expect(await resultOf((owner) => io.engine.read(io.file, 1000, spans(mapping, WHOLE), owner, 0, 0))).toBe(4000);
    expect(await resultOf((owner) => io.engine.read(io.file, 5000, spans(mapping, WHOLE), owner, 0, 0))).toBe(0);
    expect(await resultOf((owner) => io.engine.read(io.file, 2 ** 52, spans(mapping, WHOLE), owner, 0, 0))).toBe(0);
    expect(await resultOf((owner) => io.engine.read(io.file, 0, spans(mapping, []), owner, 0, 0))).toBe(0);
  });

  test("names what the kernel refuses", async () => {
    const { mapping } = io.memory(8192);
    const full = io.open("/../../dev/full", "r+");
    const readOnly = io.open("file", "r");
    const list = spans(mapping, WHOLE);
    const start = [
      [EBADF, (owner) => io.engine.read(1 << 30, 0, list, owner, 0, 0)],
      [EBADF, (owner) => io.engine.write(readOnly, 0, list, owner, 0, 0)],
      [EBADF, (owner) => io.engine.syncData(1 << 30, owner, 0)],
      [EBADF, (owner) => io.engine.allocate(readOnly, FallocateMode.ZERO_RANGE, 0, 4096, owner, 0)],
      [ENOSPC, (owner) => io.engine.write(full, 0, list, owner, 0, 0)],
      [EINVAL, (owner) => io.engine.allocate(io.file, 0, 0, 0, owner, 0)],
      [EINVAL, (owner) => io.engine.read(io.file, 0, list, owner, 0, 3)],
    ] satisfies [number, Parameters<typeof resultOf>[0]][];
    expect(await Promise.all(start.map(([, each]) => resultOf(each)))).toEqual(start.map(([error]) => -error));
  });

  test("makes durable, punches holes and writes zeroes", async () => {
    io.fill(pattern(32_768, 5));
    const hole = FallocateMode.KEEP_SIZE | FallocateMode.PUNCH_HOLE;
    expect(await resultOf((owner) => io.engine.allocate(io.file, hole, 4096, 8192, owner, 0))).toBe(0);
    expect(await resultOf((owner) => io.engine.allocate(io.file, 0, 32_768, 4096, owner, 0))).toBe(0);
    expect(await resultOf((owner) => io.engine.syncData(io.file, owner, 0))).toBe(0);
    const expected = Buffer.alloc(36_864);
    expected.set(pattern(32_768, 5));
    expected.fill(0, 4096, 12_288);
    expect(Buffer.compare(io.contents(), expected)).toBe(0);
  });

  test.each([0, 512])("says EFAULT where the memory's file was cut short (aligned to %d)", async (alignment) => {
    const { mapping, fd } = io.memory(65_536);
    const odd = spans(mapping, [
      [1, 8192],
      [20_001, 8192],
    ]);
    io.fill(pattern(65_536, 9));
    ftruncateSync(fd, 4096);
    expect(await resultOf((owner) => io.engine.write(io.file, 0, odd, owner, 0, alignment))).toBe(-EFAULT);
    expect(await resultOf((owner) => io.engine.read(io.file, 0, odd, owner, 0, alignment))).toBe(-EFAULT);
    const beyond = io.contents().subarray(8192);
    expect(Buffer.compare(beyond, pattern(65_536, 9).subarray(8192))).toBe(0);
  });

  test("does not write the zeroes of memory that was taken away", async () => {
    const { mapping, release } = io.memory(8192);
    const other = io.memory(8192).mapping;
    io.fill(pattern(8192, 2));
    other.bytes.fill(1);
    const results = Promise.all([
      resultOf((owner) => io.engine.write(io.file, 0, spans(mapping, WHOLE), owner, 0, 0)),
      resultOf((owner) => io.engine.write(io.file, 8192, spans(other, WHOLE), owner, 0, 0)),
    ]);
    release();
    expect(await results).toEqual([-EINVAL, 8192]);
    const expected = Buffer.concat([pattern(8192, 2), Buffer.alloc(8192, 1)]);
    expect(Buffer.compare(io.contents(), expected)).toBe(0);
  });

  test("refuses memory of JavaScript, and nothing is left of the attempt", () => {
    const before = io.engine.inFlight;
    const list = spans(new Mapping(4096), [[0, 4096]]);
    expect(() => io.engine.read(io.file, 0, list, { ioDone: () => {} }, 0, 0)).toThrow(/shared memory/);
    expect(io.engine.inFlight).toBe(before);
  });

  test("has more in flight than the kernel takes at once, each with its own tag", async () => {
    const { mapping } = io.memory(4096);
    const results = new Map<number, number>();
    const total = 3000;
    io.fill(pattern(4096, 1));
    await new Promise<void>((resolve) => {
      const owner = {
        ioDone(tag: number, result: number) {
          results.set(tag, result);
          if (results.size === total) resolve();
        },
      };
      for (let i = 0; i < total; i++) io.engine.read(io.file, 0, spans(mapping, [[0, i % 4096]]), owner, i, 0);
      expect(io.engine.inFlight).toBe(total);
    });
    expect([...results].every(([tag, result]) => result === tag % 4096)).toBe(true);
    expect(io.engine.inFlight).toBe(0);
  });

  test("goes on where an owner throws", async () => {
    const { mapping } = io.memory(4096);
    const list = spans(mapping, [[0, 10]]);
    io.fill(pattern(10, 1));
    const thrown = await uncaughtDuring(async () => {
      const broken = {
        ioDone() {
          throw new Error("broken owner");
        },
      };
      io.engine.read(io.file, 0, list, broken, 0, 0);
      expect(await resultOf((owner) => io.engine.read(io.file, 0, list, owner, 0, 0))).toBe(10);
      io.engine.read(io.file, 0, list, broken, 0, 0);
    }, 2);
    expect(thrown.map(String)).toEqual(["Error: broken owner", "Error: broken owner"]);
  });

  test("forgets what was in flight when it is closed, and is opened anew", async () => {
    const { mapping } = io.memory(4096);
    const first = io.engine;
    let told = 0;
    const owner = { ioDone: () => told++ };
    for (let i = 0; i < 1000; i++) first.write(io.file, 4096 * i, spans(mapping, [[0, 4096]]), owner, i, 0);
    first.runDeferred();
    const before = told;
    first.close();
    first.close();
    expect(() => first.syncData(io.file, owner, 0)).toThrow(/closed/);
    expect(io.engine).not.toBe(first);
    expect(await resultOf((each) => io.engine.syncData(io.file, each, 0))).toBe(0);
    expect(told).toBe(before);
  });

  test("lets memory be taken away while the kernel writes to it", async () => {
    const bytes = pattern(1 << 20, 1);
    io.fill(bytes);
    const direct = io.open("file", constants.O_RDONLY | constants.O_DIRECT);
    for (let round = 0; round < 50; round++) {
      const { mapping, release } = io.memory(1 << 20);
      const results = Promise.all(
        [io.file, direct].map((fd) =>
          resultOf((owner) => io.engine.read(fd, 0, spans(mapping, [[0, 1 << 20]]), owner, 0, 4096)),
        ),
      );
      io.engine.runDeferred();
      release();
      for (const result of await results) expect([1 << 20, -EFAULT, -ECANCELED]).toContain(result);
    }
    expect(Buffer.compare(io.contents(), bytes)).toBe(0);
  });
});

// A pipe makes the kernel wait in the middle of a write; the threads write at a position, which pipes refuse.
describe("io_uring, on a pipe", () => {
  const io = new IoFixture("io_uring");

  test("does not say that it wrote what was taken away meanwhile; who waits for the end hears of it", async () => {
    const { mapping, release } = io.memory(1 << 20);
    execFileSync("mkfifo", [join(io.folder, "pipe")]);
    const reader = io.open("pipe", constants.O_RDONLY | constants.O_NONBLOCK);
    const pipe = io.open("pipe", "w");
    const result = resultOf((owner) => io.engine.write(pipe, 0, spans(mapping, [[0, 1 << 20]]), owner, 0, 0));
    io.engine.runDeferred();
    let isSettled = false;
    const settled = ioSettled().then(() => {
      isSettled = true;
    });
    // The pipe holds less than a MiB: the kernel has begun, and waits for room.
    await until("the kernel writes", () => take(reader) > 0);
    release();
    expect(isSettled).toBe(false);
    await until("all is written", () => {
      take(reader);
      return isSettled;
    });
    expect(await result).toBe(-EFAULT);
    await settled;
  });
});
