import { existsSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { BlkStatus } from "../../generated/blk.js";
import { type IoEngine, ioEngine } from "../../runtime/io/io-engine.js";
import { FallocateMode, native } from "../../runtime/native/native.js";
import { DiskRig, pattern, range } from "./disk-rig.js";

const { OK, IOERR, UNSUPP } = BlkStatus;
const SECTORS = 8192;
const EOPNOTSUPP = 95;
const EINVAL = 22;
const EIO = 5;

/** A disk's own file system, and one in memory, which cannot zero a range other than by writing zeroes. */
const folders = [tmpdir(), "/dev/shm"].filter((folder) => existsSync(folder));
const rigs = folders.map((folder) => new DiskRig(folder));
const rig = rigs[0] as DiskRig;
afterEach(() => void vi.restoreAllMocks());
afterAll(async () => {
  for (const each of rigs) await each.close();
});

async function drive(on: DiskRig = rig) {
  const content = pattern(SECTORS);
  const path = on.image(content);
  const driven = await on.drive({ blkFile: path, aio: "threads" });
  const zeroed = (...ranges: readonly { sector: number; numSectors: number }[]) => {
    for (const { sector, numSectors } of ranges) content.fill(0, sector * 512, (sector + numSectors) * 512);
    return Buffer.compare(readFileSync(path), content) === 0;
  };
  return { ...driven, path, zeroed, blocks: () => statSync(path).blocks };
}

/** The kernel's answer to an allocation of this mode; others are done. */
function answer(mode: number, result: number): void {
  const engine = ioEngine("threads");
  const allocate: IoEngine["allocate"] = engine.allocate.bind(engine);
  vi.spyOn(engine, "allocate").mockImplementation((file, asked, position, length, owner, tag) => {
    if ((asked & mode) === 0) allocate(file, asked, position, length, owner, tag);
    else setImmediate(() => owner.ioDone(tag, result));
  });
}

describe.each(rigs)("in $folder", (on) => {
  test("DISCARD gives blocks back, several ranges at once", async () => {
    const { queue, close, zeroed, blocks } = await drive(on);
    const before = blocks();
    const segments = [range(8, 2048), range(4096, 0), range(4096, 2048)];
    expect(await queue.send("DISCARD", { sector: 0, segments })).toEqual({ status: OK, usedLength: 1 });
    expect(blocks()).toBeLessThanOrEqual(before - 4000);
    expect(zeroed(range(8, 2048), range(4096, 2048))).toBe(true);
    await close();
  });

  test("WRITE_ZEROES with unmap gives blocks back", async () => {
    const { queue, close, zeroed, blocks } = await drive(on);
    const before = blocks();
    const segments = [range(1, 7, 1), range(8, 4096, 1), range(5000, 3, 1)];
    expect((await queue.send("WRITE_ZEROES", { sector: 0, segments })).status).toBe(OK);
    expect(blocks()).toBeLessThanOrEqual(before - 4000);
    expect(zeroed(range(1, 4103), range(5000, 3))).toBe(true);
    await close();
  });

  test("WRITE_ZEROES without unmap keeps them", async () => {
    const { queue, close, zeroed, blocks } = await drive(on);
    const before = blocks();
    const segments = [range(1, 6000), range(7000, 1)];
    expect((await queue.send("WRITE_ZEROES", { sector: 0, segments })).status).toBe(OK);
    expect(blocks()).toBeGreaterThanOrEqual(before);
    expect(zeroed(range(1, 6000), range(7000, 1))).toBe(true);
    await close();
  });
});

describe("what the file system cannot do", () => {
  const all = FallocateMode.KEEP_SIZE;

  test.each([
    ["EOPNOTSUPP", EOPNOTSUPP, all],
    ["EINVAL", EINVAL, all],
    ["EOPNOTSUPP for holes alone", EOPNOTSUPP, FallocateMode.PUNCH_HOLE],
    ["EOPNOTSUPP for zeroes alone", EOPNOTSUPP, FallocateMode.ZERO_RANGE],
  ])("is done otherwise: zeroes are there after %s", async (_what, errno, mode) => {
    const { queue, close, zeroed } = await drive();
    answer(mode, -errno);
    for (const unmap of [0, 1]) {
      const segments = [range(3, 5000, unmap), range(6000, 2, unmap)];
      expect(await queue.send("WRITE_ZEROES", { sector: 0, segments })).toEqual({ status: OK, usedLength: 1 });
      expect(zeroed(range(3, 5000), range(6000, 2))).toBe(true);
    }
    await close();
  });

  test("is found out when the image is opened: then DISCARD is not offered, and the log says why", async () => {
    vi.spyOn(native(), "ioReap").mockImplementationOnce((_io, results) => {
      results.set([0, -EOPNOTSUPP]);
      return 1;
    });
    const { driver, path, close, queue, zeroed } = await drive();
    expect(driver.negotiated("DISCARD")).toBe(false);
    expect(await driver.readConfig("write_zeroes_may_unmap")).toBe(0);
    const reason = "its file system cannot punch holes (ENOTSUP)";
    expect(rig.log).toContain(`warn: blk: DISCARD is not offered: ${path}: ${reason}`);
    expect((await queue.send("DISCARD", { sector: 0, segments: [range(0, 8)] })).status).toBe(UNSUPP);
    expect(zeroed()).toBe(true);
    await close();
  });

  test("a discard is advice, which is then ignored", async () => {
    const { queue, close, zeroed } = await drive();
    answer(all, -EOPNOTSUPP);
    const segments = [range(0, 8), range(100, 8)];
    expect(await queue.send("DISCARD", { sector: 0, segments })).toEqual({ status: OK, usedLength: 1 });
    expect(zeroed()).toBe(true);
    await close();
  });

  test.each(["DISCARD", "WRITE_ZEROES"] as const)("%s that fails otherwise has failed", async (kind) => {
    const { queue, close, zeroed } = await drive();
    answer(all, -EIO);
    expect((await queue.send(kind, { sector: 0, segments: [range(0, 8), range(100, 8)] })).status).toBe(IOERR);
    expect(zeroed()).toBe(true);
    expect(rig.log.at(-1)).toMatch(/^error: blk: (a discard|zeroing) of 4096 bytes at 0 failed: EIO \(failure 1\)$/);
    await close();
  });
});

describe("ranges that are refused as a whole, before anything is done", () => {
  test.each([
    ["one that ends beyond the disk", "DISCARD", [range(0, 8), range(SECTORS - 1, 2)], IOERR],
    ["one that begins far beyond it", "WRITE_ZEROES", [range(0, 8), range(2 ** 52, 1)], IOERR],
    ["one that would wrap", "WRITE_ZEROES", [range(0, 8), range(Number.MAX_SAFE_INTEGER, 2 ** 32 - 1)], IOERR],
    ["one longer than allowed", "DISCARD", [range(0, 2 ** 22 + 1)], IOERR],
    ["more than allowed", "WRITE_ZEROES", Array.from({ length: 17 }, () => range(0, 8)), IOERR],
    ["none", "DISCARD", [], IOERR],
    ["a discard with unmap", "DISCARD", [range(0, 8), range(8, 8, 1)], UNSUPP],
    ["a reserved flag", "WRITE_ZEROES", [range(0, 8), range(8, 8, 2)], UNSUPP],
  ] as const)("%s", async (_what, kind, segments, status) => {
    const { queue, close, zeroed } = await drive();
    expect((await queue.send(kind, { sector: 0, segments: [...segments] })).status).toBe(status);
    expect(zeroed()).toBe(true);
    await close();
  });
});
