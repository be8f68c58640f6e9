import { execFileSync } from "node:child_process";
import { truncateSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import disk from "../../definitions/blk/blk.js";
import { BlkStatus } from "../../generated/blk.js";
import { ioEngine } from "../../runtime/io/io-engine.js";
import { builtFile } from "../../runtime/testing/built-file.js";
import { Driver } from "../../runtime/testing/index.js";
import { DiskRig, directFolder, pattern } from "./disk-rig.js";

const { OK, IOERR } = BlkStatus;
const EIO = 5;

let rig: DiskRig;
beforeEach(() => {
  rig = new DiskRig(directFolder());
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rig.close();
});

const ways = [
  { aio: "io_uring" },
  { aio: "threads" },
  { aio: "io_uring", cache: "none" },
  { aio: "threads", cache: "none" },
] as const;

describe.each(ways)("%j", (way) => {
  test("a file that was cut short fails what it has no more", async () => {
    const path = rig.image(pattern(16));
    const { queue } = await rig.drive({ ...way, blkFile: path });
    truncateSync(path, 8 * 512);
    const whole = queue.send("IN", { sector: 0 }, { data: 8192 });
    const beyond = queue.send("IN", { sector: 12 }, { data: 512 });
    const before = queue.send("IN", { sector: 4 }, { data: 2048 });
    expect(await whole).toMatchObject({ status: IOERR });
    expect(await beyond).toMatchObject({ status: IOERR, usedLength: 0 });
    expect(await before).toMatchObject({ status: OK, data: pattern(8).subarray(2048) });
    expect(rig.log.filter((line) => line.startsWith("error"))).toHaveLength(1);
  });
});

test.each(["io_uring", "threads"])("a write that the system refuses fails, and nothing else: %s", (aio) => {
  const path = rig.image(0);
  truncateSync(path, 2 ** 28);
  const sector = String(2 ** 28 / 512 - 1);
  // Between 32 and 64 MiB, as shells count blocks of 512 or 1024 bytes: more than the memory that it needs.
  const limited = ["-c", 'ulimit -f 65536 && exec "$0" "$@"', process.execPath];
  const script = builtFile(new URL("./limited-disk.js", import.meta.url));
  const printed = execFileSync("sh", [...limited, script, path, aio, sector], { encoding: "utf8" });
  expect(JSON.parse(printed)).toEqual({
    low: OK,
    high: IOERR,
    read: OK,
    log: [`error: blk: a write of 512 bytes at ${2 ** 28 - 512} failed: EFBIG (failure 1)`],
  });
});

test("requests beyond the disk fail, wherever they would wrap", async () => {
  const { queue } = await rig.drive({ blkFile: rig.image(pattern(8)) });
  for (const sector of [8, 7, 2 ** 32, 2 ** 44, Number.MAX_SAFE_INTEGER]) {
    expect(await queue.send("IN", { sector }, { data: 1024 })).toMatchObject({ status: IOERR });
    expect(await queue.send("OUT", { sector, data: pattern(2) })).toMatchObject({ status: IOERR });
  }
  expect(await queue.send("IN", { sector: 8 }, { data: 0 })).toMatchObject({ status: OK });
  expect(await queue.send("OUT", { sector: 9, data: new Uint8Array(0) })).toMatchObject({ status: IOERR });
  expect((await queue.send("IN", { sector: 0 }, { data: 4096 })).data).toEqual(pattern(8));
  expect(rig.log).toEqual([]);
});

test("memory that native code does not know is refused, request by request", async () => {
  const lines: string[] = [];
  const device = disk.open({ blkFile: rig.image(pattern(8)) });
  device.log = { debug: () => {}, info: () => {}, warn: () => {}, error: (line) => void lines.push(line) };
  const driver = await Driver.attach({ ...disk, open: () => device }, {});
  const reply = await driver.queue("requestq").send("IN", { sector: 0 }, { data: 512 });
  expect(reply).toMatchObject({ status: IOERR });
  expect(lines.join()).toContain("I/O needs shared memory");
  await driver.close();
  await device.onClose();
});

test("failures are logged at the first, the tenth, the hundredth, over all drivers", async () => {
  const { queue, driver } = await rig.drive({ blkFile: rig.image(pattern(8)), aio: "threads" });
  vi.spyOn(ioEngine("threads"), "read").mockImplementation((_file, _position, _runs, owner, tag) => {
    queueMicrotask(() => owner.ioDone(tag, -EIO));
  });
  for (let i = 0; i < 6; i++) await queue.send("IN", { sector: 1 }, { data: 512 });
  await driver.restart();
  for (let i = 0; i < 6; i++) await driver.queue("requestq").send("IN", { sector: 1 }, { data: 512 });
  expect(rig.log).toEqual([
    "error: blk: a read of 512 bytes at 512 failed: EIO (failure 1)",
    "error: blk: a read of 512 bytes at 512 failed: EIO (failure 10)",
  ]);
});

test("I/O that ends after its queue was given up harms nobody", async () => {
  const { queue, driver } = await rig.drive({ blkFile: rig.image(pattern(8)), aio: "threads" });
  const ends: ((result: number) => void)[] = [];
  const engine = ioEngine("threads");
  vi.spyOn(engine, "read").mockImplementation((_file, _position, _runs, owner, tag) => {
    ends.push((result) => owner.ioDone(tag, result));
  });
  const replies = [0, 1].map((sector) => queue.send("IN", { sector }, { data: 512 }));
  const reset = driver.reset();
  driver.link.model.abandon();
  await reset;
  for (const reply of replies) await expect(reply).rejects.toThrow("never answered");
  ends[0]?.(512);
  ends[1]?.(-EIO);
  expect(ends).toHaveLength(2);
});
