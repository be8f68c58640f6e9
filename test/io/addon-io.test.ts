import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { constants as system } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { IoOperation, type Native, native } from "../../runtime/native/native.js";
import { addon } from "../native/child.js";
import { until } from "../until.js";
import { engineNames, IoFixture } from "./fixture.js";

const { ECANCELED, EBADF, ESPIPE } = system.errno;
const n = native();
const { READ, SYNC_DATA, WRITE, FALLOCATE } = IoOperation;

type Record = readonly [operation: number, tag: number, fd: number, ...rest: number[]];

function submit(io: number, records: readonly Record[]): number {
  const words = records.flat();
  return n.ioSubmit(io, Float64Array.from(words), words.length);
}

describe.each(engineNames)("%s", (name) => {
  const files = new IoFixture(name);
  const results = new Int32Array(64);
  let io = -1;
  let id = 0;

  beforeEach(() => {
    io = n.ioOpen(name, 4);
    id = files.memory(65_536).mapping.nativeId;
  });

  afterEach(() => n.ioClose(io));

  /** Reaps until `count` operations ended. */
  async function reap(count: number): Promise<[tag: number, result: number][]> {
    const ended: [number, number][] = [];
    await until("operations to end", () => {
      const pairs = n.ioReap(io, results);
      for (let i = 0; i < pairs; i++) ended.push([results[2 * i] as number, results[2 * i + 1] as number]);
      return ended.length >= count;
    });
    return ended.sort(([a], [b]) => a - b);
  }

  test("takes as many operations as there is room for, and the rest later", async () => {
    const records: Record[] = [5, 6, 7, 8, 9, 10].map((tag) => [WRITE, tag, files.file, 0, 10, 0, 1, id, 0, 10]);
    expect(submit(io, records)).toBe(40);
    expect(submit(io, records)).toBe(0);
    expect(await reap(4)).toEqual([5, 6, 7, 8].map((tag) => [tag, 10]));
    expect(submit(io, records.slice(4))).toBe(20);
    expect(await reap(2)).toEqual([9, 10].map((tag) => [tag, 10]));
  });

  test("gives no more results than fit", async () => {
    submit(
      io,
      [1, 2, 3].map((tag) => [SYNC_DATA, tag, files.file, 0, 0, 0, 0]),
    );
    const two = new Int32Array(3);
    await until("an operation to end", () => n.ioReap(io, two) === 1);
    expect(await reap(2)).toHaveLength(2);
    expect(n.ioReap(io, new Int32Array(0))).toBe(0);
  });

  const good: Record = [WRITE, 1, 0, 0, 16, 0, 1, 0, 0, 16];
  const wrong: [string, (record: number[]) => number[]][] = [
    ["no such operation", (r) => r.with(0, 4)],
    ["a broken operation", (r) => r.with(0, 0.5)],
    ["a negative tag", (r) => r.with(1, -1)],
    ["a tag beyond 31 bits", (r) => r.with(1, 2 ** 31)],
    ["a descriptor that is no number", (r) => r.with(2, Number.NaN)],
    ["a negative position", (r) => r.with(3, -1)],
    ["a position beyond 2^53", (r) => r.with(3, 2 ** 53)],
    ["an endless position", (r) => r.with(3, Number.POSITIVE_INFINITY)],
    ["a length that is not that of the runs", (r) => r.with(4, 15)],
    ["an alignment that is no power of two", (r) => r.with(5, 24)],
    ["too large an alignment", (r) => r.with(5, 2 ** 17)],
    ["more runs than words", (r) => r.with(6, 2)],
    ["far more runs than words", (r) => r.with(6, 2 ** 31 - 1)],
    ["fewer runs than words", (r) => r.with(6, 0).with(4, 0)],
    ["no mapping", (r) => r.with(7, 0)],
    ["no such mapping", (r) => r.with(7, 2 ** 31 - 1)],
    ["an offset outside", (r) => r.with(8, 65_537)],
    ["a negative offset", (r) => r.with(8, -8)],
    ["a run that leaves the mapping", (r) => r.with(8, 65_530)],
    ["a length that wraps", (r) => r.with(4, 2 ** 53 - 1).with(9, 2 ** 53 - 1)],
    ["less than a record", (r) => r.slice(0, 6)],
    ["runs where there are none", (r) => r.with(0, SYNC_DATA)],
    ["runs of what has none", (r) => r.with(0, FALLOCATE)],
    [
      "more bytes than 31 bits",
      (r) => [...r.slice(0, 6), 40_000, ...Array(40_000).fill([r[7], 0, 65_536]).flat()].with(4, 40_000 * 65_536),
    ],
  ];

  test.each(wrong)("refuses %s, and starts nothing of the batch", async (_what, change) => {
    const record = [...good].with(2, files.file).with(7, id);
    const words = [...record, ...change(record)];
    expect(() => n.ioSubmit(io, Float64Array.from(words), words.length)).toThrow(/EINVAL/);
    expect(files.contents()).toHaveLength(0);
    // All four places are free, and the memory is let go of.
    expect(submit(io, Array(4).fill([SYNC_DATA, 2, files.file, 0, 0, 0, 0]))).toBe(28);
    expect(await reap(4)).toHaveLength(4);
  });

  test("refuses arguments of the wrong kind", () => {
    const loose = n as unknown as { [K in keyof Native]: (...values: unknown[]) => unknown };
    expect(() => loose.ioSubmit(io, new Float64Array(2), 3)).toThrow(TypeError);
    expect(() => loose.ioSubmit(io, new Int32Array(7), 7)).toThrow(TypeError);
    expect(() => loose.ioSubmit(-1, new Float64Array(0), 0)).toThrow(TypeError);
    expect(() => loose.ioReap(io, new Float64Array(2))).toThrow(TypeError);
    expect(() => loose.ioCancel(io, -1)).toThrow(TypeError);
    expect(() => loose.ioOpen("aio", 4)).toThrow(TypeError);
    expect(() => loose.ioOpen(name, 0)).toThrow(TypeError);
    expect(() => loose.ioOpen(name, 1e9)).toThrow(TypeError);
    expect(() => loose.ioClose()).toThrow(TypeError);
  });

  test("knows an id no longer once it is closed", () => {
    const other = n.ioOpen(name, 1);
    n.ioClose(other);
    for (const call of [n.ioClose, n.ioEngine, n.ioDescriptor]) expect(() => call(other)).toThrow(/open/);
  });

  test("ends what is cancelled, and leaves the rest alone", async () => {
    // Seconds of work for each thread, in many calls of the kernel: what waits behind it has not begun.
    const random = files.open("/../../dev/urandom", "r");
    const runs = Array<number[]>(32_000).fill([id, 0, 65_536]).flat();
    const long: Record = [READ, 1, random, 0, 32_000 * 65_536, 0, 32_000, ...runs];
    const fd = name === "threads" ? random : pipe();
    const first: Record = name === "threads" ? long : [READ, 1, fd, 0, 10, 0, 1, id, 0, 10];
    submit(io, [first, first.with(1, 2) as unknown as Record, [SYNC_DATA, 3, files.file, 0, 0, 0, 0]]);
    n.ioCancel(io, 3000);
    n.ioCancel(io, 1);
    n.ioCancel(io, 1);
    n.ioCancel(io, 2);
    expect(await reap(3)).toEqual([
      [1, -ECANCELED],
      [2, -ECANCELED],
      [3, 0],
    ]);
  });

  test("ends at once where the file has no positions, or never has anything", async () => {
    submit(io, [
      [READ, 1, pipe(), 0, 10, 0, 1, id, 0, 10],
      [READ, 2, 1 << 30, 0, 10, 0, 1, id, 0, 10],
    ]);
    // A thread that has not begun would be cancelled in earnest.
    if (name === "io_uring") n.ioCancel(io, 1);
    expect(await reap(2)).toEqual([
      [1, name === "threads" ? -ESPIPE : -ECANCELED],
      [2, -EBADF],
    ]);
  });

  /** The reading end of a pipe that nothing is ever written to. */
  function pipe(): number {
    execFileSync("mkfifo", [join(files.folder, `pipe-${fifos}`)]);
    return files.open(`pipe-${fifos++}`, "r+");
  }
  let fifos = 0;
});

/** Runs a program without the system call io_uring_setup, as containers do. */
const REFUSAL = `
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <unistd.h>
int main(int count, char **words) {
  struct sock_filter rules[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 425, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof rules / sizeof rules[0], rules};
  if (count < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) return 99;
  execv(words[1], words + 1);
  return 98;
}
`;

describe("where io_uring is refused", () => {
  const files = new IoFixture("threads");

  test("threads do it, unless io_uring is insisted on", () => {
    writeFileSync(join(files.folder, "refuse.c"), REFUSAL);
    execFileSync(process.env["CC"] ?? "cc", ["refuse.c", "-o", "refuse"], { cwd: files.folder });
    const script = `
      const n = require(${JSON.stringify(addon)});
      const io = n.ioOpen("auto", 8);
      try { n.ioOpen("io_uring", 8); } catch (error) { console.log(n.ioEngine(io), error.code); }`;
    const said = execFileSync(join(files.folder, "refuse"), [process.execPath, "-e", script], { encoding: "utf8" });
    expect(said).toBe("threads EPERM\n");
  });

  test("io_uring does it elsewhere", () => {
    const io = n.ioOpen("auto", 8);
    expect(n.ioEngine(io)).toBe("io_uring");
    n.ioClose(io);
  });
});
