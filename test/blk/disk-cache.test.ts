import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, type Mock, test, vi } from "vitest";
import { BlkStatus } from "../../generated/blk.js";
import { type IoEngine, ioEngine } from "../../runtime/io/io-engine.js";
import { until } from "../until.js";
import { DiskRig, pattern, range } from "./disk-rig.js";

const { OK, IOERR } = BlkStatus;
const EIO = 5;

let rig: DiskRig;
let syncs: Mock<IoEngine["syncData"]>;

beforeEach(() => {
  rig = new DiskRig();
  syncs = vi.spyOn(ioEngine("threads"), "syncData");
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rig.close();
});

async function drive(accept?: readonly string[]) {
  const path = rig.image(64 * 512);
  const driven = await rig.drive({ blkFile: path, aio: "threads" }, accept === undefined ? {} : { accept });
  return { ...driven, path };
}

/** The next sync does not end before it is told how. */
function holdSync(): (result: number) => void {
  let end: (result: number) => void = () => expect.unreachable("no sync was begun");
  syncs.mockImplementationOnce((_file, owner, tag) => {
    end = (result) => owner.ioDone(tag, result);
  });
  return (result) => end(result);
}

describe("a write is synced before it is reported", () => {
  test.each([
    ["where the driver can choose and flush, only once it chose so", undefined, 1, 0],
    ["where it can flush, never", ["FLUSH"], undefined, 0],
    ["where it can neither, always", [], undefined, 1],
    ["where it can choose and not flush, until it chose otherwise", ["CONFIG_WCE"], 0, 1],
  ])("%s", async (_when, accept, writeback, count) => {
    const { driver, queue } = await drive(accept);
    if (writeback !== undefined) expect(await driver.readConfig("writeback")).toBe(writeback);
    expect((await queue.send("OUT", { sector: 0, data: pattern(1) })).status).toBe(OK);
    expect(syncs).toHaveBeenCalledTimes(count);
    if (writeback === undefined) return;
    expect(await driver.writeConfig("writeback", 1 - writeback)).toBe(true);
    expect(rig.log).toEqual([`info: blk: the driver switched to ${writeback === 1 ? "writethrough" : "writeback"}`]);
    expect((await queue.send("OUT", { sector: 0, data: pattern(1) })).status).toBe(OK);
    expect(syncs).toHaveBeenCalledTimes(1);
  });

  test("and the mode after a reset is as in the beginning", async () => {
    const { driver } = await drive(["CONFIG_WCE"]);
    expect(await driver.readConfig("writeback")).toBe(0);
    await driver.restart();
    expect(await driver.readConfig("writeback")).toBe(1);
    await driver.writeConfig("writeback", 0);
    await driver.restart();
    expect(await driver.readConfig("writeback")).toBe(1);
  });

  test("once it is written, and not reported before the sync ends", async () => {
    const { queue, path } = await drive([]);
    const data = pattern(4);
    const end = holdSync();
    const reply = queue.send("OUT", { sector: 2, data });
    await until("the sync begins", () => syncs.mock.calls.length === 1);
    expect(Buffer.compare(readFileSync(path).subarray(1024, 3072), data)).toBe(0);
    expect(queue.inFlight).toBe(1);
    end(0);
    expect((await reply).status).toBe(OK);
  });

  test("also where zeroes are written, but not where blocks are given back", async () => {
    const { driver, queue } = await drive();
    await driver.writeConfig("writeback", 0);
    expect((await queue.send("WRITE_ZEROES", { sector: 0, segments: [range(0, 8)] })).status).toBe(OK);
    expect(syncs).toHaveBeenCalledTimes(1);
    expect((await queue.send("DISCARD", { sector: 0, segments: [range(0, 8)] })).status).toBe(OK);
    expect(syncs).toHaveBeenCalledTimes(1);
  });
});

describe("FLUSH", () => {
  test("syncs", async () => {
    const { queue } = await drive();
    expect(await queue.send("FLUSH", { sector: 0 })).toEqual({ status: OK, usedLength: 1 });
    expect(syncs).toHaveBeenCalledTimes(1);
  });

  test("has nothing to sync where nothing can be written", async () => {
    const { queue } = await rig.drive({ blkFile: rig.image(512), readOnly: true, aio: "threads" });
    expect((await queue.send("FLUSH", { sector: 0 })).status).toBe(OK);
    expect(syncs).not.toHaveBeenCalled();
  });

  test("waits for a sync that begins after it; one serves all that wait", async () => {
    const { queue } = await drive();
    const endFirst = holdSync();
    const first = queue.send("FLUSH", { sector: 0 });
    const others = [1, 2, 3].map(() => queue.send("FLUSH", { sector: 0 }));
    const endSecond = holdSync();
    expect(syncs).toHaveBeenCalledTimes(1);
    endFirst(0);
    expect((await first).status).toBe(OK);
    expect(syncs).toHaveBeenCalledTimes(2);
    expect(queue.inFlight).toBe(3);
    endSecond(0);
    for (const reply of await Promise.all(others)) expect(reply.status).toBe(OK);
    expect(syncs).toHaveBeenCalledTimes(2);
  });

  test("that failed fails for good: what the system dropped, no later sync can vouch for", async () => {
    const { driver, queue } = await drive();
    const end = holdSync();
    const failing = queue.send("FLUSH", { sector: 0 });
    const waiting = queue.send("FLUSH", { sector: 0 });
    end(-EIO);
    expect((await failing).status).toBe(IOERR);
    expect((await waiting).status).toBe(IOERR);
    await driver.restart();
    const again = driver.queue("requestq");
    expect((await again.send("FLUSH", { sector: 0 })).status).toBe(IOERR);
    await driver.writeConfig("writeback", 0);
    expect((await again.send("OUT", { sector: 0, data: pattern(1) })).status).toBe(IOERR);
    expect((await again.send("IN", { sector: 0 }, { data: 512 })).status).toBe(OK);
    expect(rig.log.filter((line) => line.startsWith("error"))).toEqual([
      "error: blk: flush failed: EIO; what was written before may be lost, so that no flush can succeed any more",
    ]);
  });
});
