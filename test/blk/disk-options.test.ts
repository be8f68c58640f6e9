import { execFileSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import disk from "../../definitions/blk/blk.js";
import type { DiskOptions } from "../../definitions/blk/disk-options.js";
import { BlkStatus } from "../../generated/blk.js";
import { native } from "../../runtime/native/native.js";
import { DiskRig, pattern } from "./disk-rig.js";

const rig = new DiskRig();
afterAll(() => rig.close());

describe("wrong options are named", () => {
  const blkFile = "/nowhere";
  test.each<[DiskOptions, string]>([
    [{}, "--blk-file or --blk-null is required"],
    [{ blkFile, blkNull: 4096 }, "--blk-file and --blk-null exclude each other"],
    [{ blkNull: 4096, cache: "none" }, "--cache means nothing with --blk-null, which has no data"],
    [{ blkNull: 4096, aio: "threads" }, "--aio means nothing with --blk-null, which does no I/O"],
    [{ blkNull: 0 }, "--blk-null must be a multiple of 512 above 0, found 0"],
    [{ blkNull: 1000 }, "--blk-null must be a multiple of 512 above 0, found 1000"],
    [{ blkNull: 512, logicalBlockSize: 4096 }, "--blk-null must be a multiple of 4096 above 0, found 512"],
    [{ blkFile, numQueues: 0 }, "--num-queues must be an integer from 1 to 1024, found 0"],
    [{ blkFile, numQueues: 1025 }, "--num-queues must be an integer from 1 to 1024, found 1025"],
    [{ blkFile, numQueues: 1.5 }, "--num-queues must be an integer from 1 to 1024, found 1.5"],
    [{ blkFile, logicalBlockSize: 256 }, "--logical-block-size must be a power of two from 512 to 65536, found 256"],
    [{ blkFile, logicalBlockSize: 1536 }, "--logical-block-size must be a power of two from 512 to 65536, found 1536"],
    [
      { blkFile, logicalBlockSize: 131_072 },
      "--logical-block-size must be a power of two from 512 to 65536, found 131072",
    ],
    [{ blkFile, cache: "unsafe" }, "--cache must be one of writeback, none, found unsafe"],
    [{ blkFile, aio: "native" }, "--aio must be one of auto, io_uring, threads, found native"],
    [{ blkFile, serial: "a".repeat(21) }, `serial has more than 20 characters: ${"a".repeat(21)}`],
    [{ blkFile, serial: "naïve" }, "serial has characters that are not ASCII: naïve"],
  ])("%j", (options, message) => {
    expect(() => disk.open(options)).toThrow(new RangeError(message));
  });
});

describe("what cannot be served is refused by name", () => {
  test.each([
    ["a directory", (path: string) => mkdirSync(path)],
    ["a pipe", (path: string) => void execFileSync("mkfifo", [path])],
  ])("%s", (kind, make) => {
    const path = join(rig.folder, kind.replaceAll(" ", "-"));
    make(path);
    expect(() => disk.open({ blkFile: path })).toThrow(
      new Error(`--blk-file ${path} is ${kind}, neither a file nor a block device`),
    );
  });

  test("a socket", async () => {
    const path = join(rig.folder, "socket");
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    expect(() => disk.open({ blkFile: path })).toThrow(`${path} is a socket, neither`);
    server.close();
  });

  test("a character device", () => {
    expect(() => disk.open({ blkFile: "/dev/zero" })).toThrow("/dev/zero is a character device, neither");
  });

  test("nothing, which is not made either", () => {
    const path = join(rig.folder, "missing");
    expect(() => disk.open({ blkFile: path })).toThrow(`--blk-file ${path} cannot be used: ENOENT`);
    expect(() => statSync(path)).toThrow("ENOENT");
  });

  test("a file that may not be written, with what to do about it", () => {
    const blkFile = process.execPath;
    const message = /^--blk-file cannot be opened: E.*; --read-only serves what may only be read$/;
    expect(() => disk.open({ blkFile })).toThrow(message);
    expect(() => rig.open({ blkFile, readOnly: true }).onClose()).not.toThrow();
  });

  test("an engine that the system does not have", () => {
    vi.spyOn(native(), "ioOpen").mockImplementationOnce(() => {
      throw new Error("EPERM: io_uring_setup");
    });
    expect(() => disk.open({ blkFile: rig.image(512), aio: "io_uring" })).toThrow(
      new Error("--aio io_uring does not work here: EPERM: io_uring_setup"),
    );
    vi.restoreAllMocks();
  });

  test.each([0, 511])("a file of %i bytes", (bytes) => {
    const path = rig.image(bytes);
    expect(() => disk.open({ blkFile: path })).toThrow(
      new Error(`--blk-file ${path} has ${bytes} bytes, less than a block of 512`),
    );
  });
});

describe("what a disk says of itself", () => {
  const all = ["SEG_MAX", "BLK_SIZE", "TOPOLOGY", "FLUSH", "CONFIG_WCE", "DISCARD", "WRITE_ZEROES"];
  const features = [...all, "RO", "MQ", "SIZE_MAX", "GEOMETRY", "LIFETIME", "SECURE_ERASE", "ZONED"];

  test.each<[DiskOptions, readonly string[]]>([
    [{}, all],
    [{ numQueues: 2 }, [...all, "MQ"]],
    [{ readOnly: true }, ["SEG_MAX", "BLK_SIZE", "TOPOLOGY", "FLUSH", "RO"]],
  ])("%j: features", async (options, offered) => {
    const { device, close } = await rig.drive({ blkFile: rig.image(4096), ...options });
    expect(features.filter((name) => device.offers(name as "RO"))).toEqual(
      features.filter((name) => offered.includes(name)),
    );
    await close();
  });

  test("sizes, in the units of each field", async () => {
    const { driver, close } = await rig.drive({ blkFile: rig.image(2 ** 20), numQueues: 3, logicalBlockSize: 1024 });
    expect(await driver.readConfig("capacity")).toBe(2048);
    expect(await driver.readConfig("blk_size")).toBe(1024);
    expect(await driver.readConfig("topology")).toEqual({
      physicalBlockExp: 2,
      alignmentOffset: 0,
      minIoSize: 4,
      optIoSize: 0,
    });
    expect(await driver.readConfig("num_queues")).toBe(3);
    expect(await driver.readConfig("writeback")).toBe(1);
    expect(await driver.readConfig("discard_sector_alignment")).toBe(8);
    expect(await driver.readConfig("write_zeroes_may_unmap")).toBe(1);
    await close();
  });

  test("bytes that fill no block are not served, with a warning", async () => {
    const path = rig.image(3 * 512 + 100);
    const { driver, queue, close } = await rig.drive({ blkFile: path });
    expect(await driver.readConfig("capacity")).toBe(3);
    expect(rig.log).toContain(
      `warn: blk: ${path} has 1636 bytes: its last 100 bytes fill no block of 512, and are not served`,
    );
    expect((await queue.send("IN", { sector: 3 }, { data: 512 })).status).toBe(BlkStatus.IOERR);
    await close();
  });

  test("the serial number: what was asked for, or what stays the same for the same file", async () => {
    const idOf = async (options: DiskOptions) => {
      const { queue, close } = await rig.drive(options);
      const { id } = await queue.send("GET_ID", { sector: 0 });
      await close();
      return id;
    };
    const path = rig.image(512);
    const derived = await idOf({ blkFile: path });
    expect(derived).toMatch(/^vdev-[0-9a-z]+-[0-9a-z]+$/);
    expect(await idOf({ blkFile: path, readOnly: true })).toBe(derived);
    expect(await idOf({ blkFile: rig.image(512) })).not.toBe(derived);
    expect(await idOf({ blkFile: path, serial: "12345678901234567890" })).toBe("12345678901234567890");
    expect(await idOf({ blkNull: 512 })).toBe("vdev-null");
  });
});

test("a disk on nothing answers at once, within its size, and touches no data", async () => {
  const { driver, queue, close } = await rig.drive({ blkNull: 1024 });
  expect(await driver.readConfig("capacity")).toBe(2);
  expect(await queue.send("IN", { sector: 1 }, { data: 512 })).toMatchObject({ status: BlkStatus.OK, usedLength: 0 });
  expect(await queue.send("OUT", { sector: 0, data: pattern(2) })).toEqual({ status: BlkStatus.OK, usedLength: 1 });
  expect((await queue.send("FLUSH", { sector: 0 })).status).toBe(BlkStatus.OK);
  expect((await queue.send("IN", { sector: 2 }, { data: 512 })).status).toBe(BlkStatus.IOERR);
  expect((await queue.send("OUT", { sector: 1, data: pattern(2) })).status).toBe(BlkStatus.IOERR);
  expect(driver.negotiated("DISCARD")).toBe(false);
  await close();
});
