import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  truncateSync,
  unlinkSync,
} from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BlkStatus } from "../../generated/blk.js";
import { native } from "../../runtime/native/native.js";
import { until } from "../until.js";
import { DiskRig, directFolder, pattern } from "./disk-rig.js";

const { OK, IOERR } = BlkStatus;

let rig: DiskRig;
beforeEach(() => {
  rig = new DiskRig(directFolder());
});
afterEach(() => rig.close());

/** Descriptors of this process that are open on a file. */
function openOn(path: string): number {
  const links = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return "";
    }
  });
  return links.filter((link) => link === path).length;
}

describe("an image in use", () => {
  test("is not opened a second time, and not left open by the attempt", async () => {
    const path = rig.image(512);
    const { close } = await rig.drive({ blkFile: path });
    const before = openOn(path);
    expect(() => rig.open({ blkFile: path })).toThrow(
      new Error(`--blk-file ${path} is in use by another program, which has locked it`),
    );
    expect(() => rig.open({ blkFile: path, readOnly: true })).toThrow(`${path} is being written by another program`);
    expect(openOn(path)).toBe(before);
    await close();
  });

  test("is shared by those who only read it, and by nobody else", async () => {
    const path = rig.image(512);
    const readers = [
      await rig.drive({ blkFile: path, readOnly: true }),
      await rig.drive({ blkFile: path, readOnly: true }),
    ];
    expect(() => rig.open({ blkFile: path })).toThrow("in use by another program");
    for (const { close } of readers) await close();
    const writer = await rig.drive({ blkFile: path });
    await writer.close();
  });

  test("is waited for, as a killed predecessor lets go of it only when its I/O has ended", async () => {
    const path = rig.image(512);
    const fd = openSync(path, "r+");
    expect(native().lockFile(fd, true)).toBe(true);
    // Far below the 2 s for which the lock is tried, and long enough to be there at the first try.
    const holder = spawn("sleep", ["0.2"], { stdio: ["ignore", "ignore", "ignore", fd] });
    closeSync(fd);
    const { queue, close } = await rig.drive({ blkFile: path });
    expect((await queue.send("IN", { sector: 0 }, { data: 512 })).status).toBe(OK);
    if (holder.exitCode === null) await once(holder, "exit");
    await close();
  });
});

test.each([{}, { readOnly: true }, { cache: "none" }])("given up, it is closed: %j", async (options) => {
  const path = rig.image(4096);
  const { queue, close } = await rig.drive({ blkFile: path, ...options });
  expect((await queue.send("IN", { sector: 0 }, { data: 512 })).status).toBe(OK);
  expect(openOn(path)).toBeGreaterThan(0);
  await close();
  expect(openOn(path)).toBe(0);
});

test("it is not closed while I/O is in flight", async () => {
  const path = rig.image(pattern(8));
  const { device, queue } = await rig.drive({ blkFile: path });
  const reply = queue.send("IN", { sector: 0 }, { data: 4096 });
  const given = device.onClose();
  expect(openOn(path)).toBe(1);
  expect((await reply).data).toEqual(pattern(8));
  await given;
  expect(openOn(path)).toBe(0);
});

test("a disk that is only read fails every write, and changes nothing", async () => {
  const content = pattern(8);
  const path = rig.image(content);
  const { driver, queue } = await rig.drive({ blkFile: path, readOnly: true });
  expect((await queue.send("OUT", { sector: 0, data: new Uint8Array(512) })).status).toBe(IOERR);
  expect((await queue.send("IN", { sector: 0 }, { data: 4096 })).data).toEqual(content);
  expect(driver.negotiated("DISCARD")).toBe(false);
  expect(new Uint8Array(readFileSync(path))).toEqual(content);
});

describe("the size of an image changes", () => {
  async function drive(bytes: number) {
    const path = rig.image(bytes);
    const driven = await rig.drive({ blkFile: path });
    let changes = 0;
    driven.driver.onConfigChange = () => void changes++;
    const capacity = () => driven.driver.readConfig("capacity");
    return { ...driven, path, capacity, changes: () => changes };
  }

  test("it grows: the driver hears of it and uses it", async () => {
    const { path, queue, capacity, changes } = await drive(8 * 512);
    expect((await queue.send("OUT", { sector: 15, data: pattern(1) })).status).toBe(IOERR);
    truncateSync(path, 16 * 512 + 1);
    await until("the disk grows", async () => (await capacity()) === 16);
    expect(changes()).toBe(1);
    expect((await queue.send("OUT", { sector: 15, data: pattern(1) })).status).toBe(OK);
    expect((await queue.send("OUT", { sector: 16, data: pattern(1) })).status).toBe(IOERR);
    expect(rig.log).toEqual([`info: blk: ${path} went from 8 to 16 sectors`]);
    expect(statSync(path).size).toBe(16 * 512 + 1);
  });

  test("it shrinks: what is beyond fails", async () => {
    const { path, queue, capacity, changes } = await drive(16 * 512);
    truncateSync(path, 8 * 512);
    await until("the disk shrinks", async () => (await capacity()) === 8);
    expect(changes()).toBe(1);
    expect((await queue.send("OUT", { sector: 8, data: pattern(1) })).status).toBe(IOERR);
    expect((await queue.send("IN", { sector: 7 }, { data: 512 })).status).toBe(OK);
    expect(statSync(path).size).toBe(8 * 512);
    expect(rig.log).toEqual([`warn: blk: ${path} went from 16 to 8 sectors; what lay there is lost`]);
  });

  test("a new driver is told the size as it is", async () => {
    const { path, driver, capacity } = await drive(8 * 512);
    truncateSync(path, 32 * 512);
    await until("the disk grows", async () => (await capacity()) === 32);
    await driver.restart();
    expect(await capacity()).toBe(32);
  });
});

test("a file that was removed or renamed is served on, and nothing is made in its place", async () => {
  const path = rig.image(pattern(8));
  const { queue } = await rig.drive({ blkFile: path });
  renameSync(path, `${path}-renamed`);
  unlinkSync(`${path}-renamed`);
  expect((await queue.send("OUT", { sector: 0, data: pattern(2, 5) })).status).toBe(OK);
  expect((await queue.send("FLUSH", { sector: 0 })).status).toBe(OK);
  expect((await queue.send("IN", { sector: 0 }, { data: 1024 })).data).toEqual(pattern(2, 5));
  expect(() => statSync(path)).toThrow("ENOENT");
});
