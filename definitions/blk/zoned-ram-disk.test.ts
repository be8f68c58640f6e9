import { afterAll, describe, expect, test } from "vitest";
import { BlkDefinition, BlkFeature, BlkStatus, BlkZoneModel, BlkZoneState, BlkZoneType } from "../../generated/blk.js";
import { type DeviceHost, Driver, PlainHost, PlainLink, ProcessHost } from "../../runtime/testing/index.js";
import zonedRamDisk, { type ZonedRamDisk, type ZonedRamDiskOptions } from "./zoned-ram-disk.js";

const { OK, IOERR, UNSUPP, ZONE_INVALID_CMD, ZONE_UNALIGNED_WP, ZONE_OPEN_RESOURCE, ZONE_ACTIVE_RESOURCE } = BlkStatus;
const { NOT_WP, EMPTY, IOPEN, EOPEN, CLOSED, FULL, RDONLY, OFFLINE } = BlkZoneState;
const KIB = 1024;

/** Zones of 128 sectors: one conventional, three sequential, and a last one of half the size. */
const OPTIONS: ZonedRamDiskOptions = { size: 288 * KIB, zoneSize: 64 * KIB, conventionalZones: 1, maxAppend: 16 * KIB };
const [CONVENTIONAL, A, B, C, LAST, END] = [0, 128, 256, 384, 512, 576] as const;

const pattern = (bytes: number, seed = 1) => Uint8Array.from({ length: bytes }, (_, i) => (i * 11 + seed) & 0xff);

const hosts: readonly DeviceHost<ZonedRamDiskOptions, ZonedRamDisk>[] = [
  new PlainHost(zonedRamDisk),
  new PlainHost(zonedRamDisk, { packed: true }),
  new ProcessHost(new URL("./zoned-ram-disk.js", import.meta.url)),
];

test("a driver that leaves ZONED out is refused at FEATURES_OK", async () => {
  const device = zonedRamDisk.open(OPTIONS);
  const warnings: string[] = [];
  device.log = { ...device.log, warn: (line) => warnings.push(line) };
  const link = new PlainLink(zonedRamDisk, device);
  const connected = Driver.connect(link, BlkDefinition.description, { accept: ["FLUSH"] });
  await expect(connected).rejects.toThrow(
    "the device refused the features, though no rule of the definition does: its log says why",
  );
  expect(warnings).toEqual(["blk: features refused: a host-managed disk needs ZONED"]);
});

test("a transport that cannot carry ZONED cannot run it", () => {
  const device = zonedRamDisk.open(OPTIONS);
  device.log = { ...device.log, warn: () => {} };
  const carries = (bit: number) => bit !== BlkFeature.ZONED;
  expect(() => new PlainLink(zonedRamDisk, device, { carries })).toThrow(
    "blk cannot be run on plain memory: a host-managed disk needs ZONED",
  );
});

describe.each(hosts)("over $name", (host) => {
  afterAll(() => host.close());

  async function attach(options: Partial<ZonedRamDiskOptions> = {}) {
    const { driver, inside } = await host.attach({ ...OPTIONS, ...options });
    const queue = driver.queue("requestq");
    const send = async (
      kind: "ZONE_OPEN" | "ZONE_CLOSE" | "ZONE_FINISH" | "ZONE_RESET" | "ZONE_RESET_ALL",
      sector = 0,
    ) => (await queue.send(kind, { sector })).status;
    const write = async (sector: number, bytes: number) =>
      (await queue.send("OUT", { sector, data: pattern(bytes, sector) })).status;
    const read = (sector: number, bytes: number) => queue.send("IN", { sector }, { data: bytes });
    const append = (sector: number, bytes: number) =>
      queue.send("ZONE_APPEND", { sector, data: pattern(bytes, sector) });
    const states = async () =>
      (await queue.send("ZONE_REPORT", { sector: 0 }, { zones: 5 })).zones.map((zone) => zone.zState);
    return { driver, inside, queue, send, write, read, append, states };
  }

  describe("what the disk says of itself", () => {
    test("a host-managed disk does not offer DISCARD", async () => {
      const { driver, queue } = await attach({ maxOpenZones: 1, maxActiveZones: 2 });
      expect([driver.negotiated("ZONED"), driver.negotiated("DISCARD")]).toEqual([true, false]);
      expect(await driver.readConfig("zoned")).toEqual({
        zoneSectors: 128,
        maxOpenZones: 1,
        maxActiveZones: 2,
        maxAppendSectors: 32,
        writeGranularity: 4096,
        model: BlkZoneModel.HM,
      });
      const segments = [{ sector: A, numSectors: 1, flags: 0 }];
      expect(await queue.send("DISCARD", { sector: 0, segments })).toMatchObject({ status: UNSUPP });
      expect(await queue.send("WRITE_ZEROES", { sector: 0, segments })).toMatchObject({ status: UNSUPP });
      expect(await queue.send("GET_ID", { sector: 0 })).toMatchObject({ status: OK, id: "vdev-zoned-ram-disk" });
      expect(await queue.send("FLUSH", { sector: 0 })).toMatchObject({ status: OK });
      await driver.close();
    });

    test("the report has a descriptor for each zone from the sector's on, as far as there is room", async () => {
      const { driver, queue, write } = await attach({ zoneCapacity: 48 * KIB });
      await write(A, 4 * KIB);
      const { status, nrZones, zones, usedLength } = await queue.send("ZONE_REPORT", { sector: 5 }, { zones: 5 });
      expect([status, nrZones, usedLength]).toEqual([OK, 5, 64 + 5 * 64 + 1]);
      const { CONV, SWR } = BlkZoneType;
      expect(zones).toEqual([
        { zCap: 128, zStart: CONVENTIONAL, zWp: A, zType: CONV, zState: NOT_WP },
        { zCap: 96, zStart: A, zWp: A + 8, zType: SWR, zState: IOPEN },
        { zCap: 96, zStart: B, zWp: B, zType: SWR, zState: EMPTY },
        { zCap: 96, zStart: C, zWp: C, zType: SWR, zState: EMPTY },
        { zCap: 64, zStart: LAST, zWp: LAST, zType: SWR, zState: EMPTY },
      ]);
      await driver.close();
    });

    test.each([
      { sector: C + 1, room: 9, found: [C, LAST] },
      { sector: 0, room: 2, found: [0, A] },
      { sector: END - 1, room: 1, found: [LAST] },
      { sector: 0, room: 0, found: [] },
    ])("a report from $sector with room for $room", async ({ sector, room, found }) => {
      const { driver, queue } = await attach();
      const bytes = await queue.send("ZONE_REPORT", { sector }, { zones: room });
      expect([bytes.status, bytes.nrZones]).toEqual([OK, found.length]);
      expect(bytes.zones.slice(0, found.length).map((zone) => zone.zStart)).toEqual(found);
      await driver.close();
    });

    test.each([END, 640, Number.MAX_SAFE_INTEGER])("there is no report from %i on", async (sector) => {
      const { driver, queue } = await attach();
      const { status } = await queue.send("ZONE_REPORT", { sector }, { zones: 1 });
      expect(status).toBe(ZONE_INVALID_CMD);
      await driver.close();
    });

    test("a report needs room for its header", async () => {
      const { driver, queue } = await attach();
      const header = new Uint8Array(16).fill(16, 0, 1);
      expect(await queue.sendBytes("FLUSH", header, 64)).toMatchObject({ status: IOERR });
      await driver.close();
    });

    test.each<[string, Partial<ZonedRamDiskOptions>]>([
      ["zones between granules", { zoneSize: 5000 }],
      ["more capacity than a zone has", { zoneCapacity: 68 * KIB }],
      ["more conventional zones than there are", { conventionalZones: 6 }],
      ["more open zones than active ones", { maxOpenZones: 3, maxActiveZones: 2 }],
      ["appends that are longer than a zone", { maxAppend: 68 * KIB }],
      ["a granularity between sectors", { writeGranularity: 100 }],
      ["a negative limit", { maxOpenZones: -1 }],
      ["a size between granules", { size: 4096 + 512 }],
    ])("%s: refused", (_, options) => {
      expect(() => zonedRamDisk.open({ ...OPTIONS, ...options })).toThrow(RangeError);
    });
  });

  describe("data", () => {
    test("goes to the write pointer, and reads as zeroes behind it", async () => {
      const { driver, write, read } = await attach();
      expect(await write(A, 4 * KIB)).toBe(OK);
      const { status, data, usedLength } = await read(A, 8 * KIB);
      expect([status, usedLength]).toEqual([OK, 8 * KIB + 1]);
      expect(data).toEqual(Uint8Array.of(...pattern(4 * KIB, A), ...new Uint8Array(4 * KIB)));
      await driver.close();
    });

    test.each<[string, number, number, BlkStatus]>([
      ["elsewhere", A + 16, 4 * KIB, ZONE_UNALIGNED_WP],
      ["between granules", A + 8, 512, ZONE_UNALIGNED_WP],
      ["beyond the zone", A + 8, 64 * KIB, ZONE_INVALID_CMD],
      ["beyond the disk", END - 8, 8 * KIB, IOERR],
      ["half a sector", A + 8, 256, IOERR],
    ])("is not written %s", async (_, sector, bytes, status) => {
      const { driver, write, read, states } = await attach();
      await write(A, 4 * KIB);
      expect(await write(sector, bytes)).toBe(status);
      expect((await read(A + 8, 60 * KIB)).data.every((byte) => byte === 0)).toBe(true);
      expect(await states()).toEqual([NOT_WP, IOPEN, EMPTY, EMPTY, EMPTY]);
      await driver.close();
    });

    test("of a conventional zone is written anywhere", async () => {
      const { driver, write, read } = await attach();
      expect([await write(77, 512), await write(3, 1024)]).toEqual([OK, OK]);
      expect((await read(77, 512)).data).toEqual(pattern(512, 77));
      expect((await read(A - 1, 1024)).status).toBe(ZONE_INVALID_CMD);
      await driver.close();
    });

    test("is gone after a reset of the zone, and of all zones, conventional ones excepted", async () => {
      const { driver, write, read, send } = await attach();
      for (const sector of [0, A, B]) await write(sector, 4 * KIB);
      expect(await send("ZONE_RESET", A)).toBe(OK);
      expect((await read(A, 512)).data).toEqual(new Uint8Array(512));
      expect((await read(B, 512)).data).toEqual(pattern(512, B));
      expect(await send("ZONE_RESET_ALL")).toBe(OK);
      expect((await read(B, 512)).data).toEqual(new Uint8Array(512));
      expect((await read(0, 512)).data).toEqual(pattern(512, 0));
      expect(await write(B, 4 * KIB)).toBe(OK);
      await driver.close();
    });

    test("ends where it ended before the zone was finished", async () => {
      const { driver, queue, write, read, send } = await attach();
      await write(A, 64 * KIB);
      await send("ZONE_RESET", A);
      await write(A, 4 * KIB);
      expect(await send("ZONE_FINISH", A)).toBe(OK);
      expect((await read(A + 8, 60 * KIB)).data.every((byte) => byte === 0)).toBe(true);
      expect(await write(A + 8, 4 * KIB)).toBe(ZONE_INVALID_CMD);
      const { zones } = await queue.send("ZONE_REPORT", { sector: A }, { zones: 1 });
      expect(zones).toMatchObject([{ zWp: B, zState: FULL }]);
      await driver.close();
    });

    test("of a zone that failed can be read, or not even that", async () => {
      const { driver, inside, write, read } = await attach();
      const fail = (state: typeof RDONLY | typeof OFFLINE) => inside((disk, to) => disk.zones.fail(1, to), state);
      await write(A, 4 * KIB);
      await fail(RDONLY);
      expect([await write(A + 8, 4 * KIB), (await read(A, 512)).status]).toEqual([ZONE_INVALID_CMD, OK]);
      await fail(OFFLINE);
      expect((await read(A, 512)).status).toBe(ZONE_INVALID_CMD);
      await driver.close();
    });
  });

  describe("ZONE_APPEND", () => {
    test("says where it wrote", async () => {
      const { driver, append, read, states } = await attach();
      expect(await append(LAST, 16 * KIB)).toEqual({ status: OK, appendSector: LAST, usedLength: 9 });
      expect(await append(LAST, 16 * KIB)).toEqual({ status: OK, appendSector: LAST + 32, usedLength: 9 });
      expect((await read(LAST, 16 * KIB)).data).toEqual(pattern(16 * KIB, LAST));
      expect(await states()).toEqual([NOT_WP, EMPTY, EMPTY, EMPTY, FULL]);
      expect(await append(LAST, 4 * KIB)).toMatchObject({ status: ZONE_INVALID_CMD });
      await driver.close();
    });

    test.each<[string, number, number, BlkStatus]>([
      ["not to the start of a zone", A + 8, 4 * KIB, ZONE_INVALID_CMD],
      ["to a conventional zone", CONVENTIONAL, 4 * KIB, ZONE_INVALID_CMD],
      ["past the end", END, 4 * KIB, ZONE_INVALID_CMD],
      ["more than announced", A, 20 * KIB, ZONE_INVALID_CMD],
      ["between granules", A, 512, ZONE_UNALIGNED_WP],
      ["half a sector", A, 256, IOERR],
    ])("%s fails", async (_, sector, bytes, status) => {
      const { driver, append, states } = await attach();
      expect(await append(sector, bytes)).toMatchObject({ status });
      expect(await states()).toEqual([NOT_WP, EMPTY, EMPTY, EMPTY, EMPTY]);
      await driver.close();
    });

    test("is not supported where nothing can be appended", async () => {
      const { driver, append } = await attach({ maxAppend: 0 });
      expect(await append(A, 4 * KIB)).toMatchObject({ status: UNSUPP });
      await driver.close();
    });

    test("from two queues never overlaps", async () => {
      const { driver, read } = await attach({ numQueues: 2 });
      const data = (n: number) => new Uint8Array(4 * KIB).fill(n + 1);
      const replies = await Promise.all(
        Array.from({ length: 16 }, (_, n) =>
          driver.queue("requestq", n % 2).send("ZONE_APPEND", { sector: A, data: data(n) }),
        ),
      );
      expect(replies.map(({ appendSector }) => appendSector).sort((a, b) => a - b)).toEqual(
        replies.map((_, n) => A + n * 8),
      );
      for (const [n, { appendSector }] of replies.entries()) {
        expect((await read(appendSector, 4 * KIB)).data).toEqual(data(n));
      }
      await driver.close();
    });
  });

  describe("zones", () => {
    test("are opened and closed within the limits", async () => {
      const { driver, send, write, states } = await attach({ maxOpenZones: 1, maxActiveZones: 2 });
      expect(await send("ZONE_OPEN", A)).toBe(OK);
      expect(await write(B, 4 * KIB)).toBe(ZONE_OPEN_RESOURCE);
      expect([await write(A, 4 * KIB), await send("ZONE_CLOSE", A), await write(B, 4 * KIB)]).toEqual([OK, OK, OK]);
      expect(await states()).toEqual([NOT_WP, CLOSED, IOPEN, EMPTY, EMPTY]);
      expect(await send("ZONE_OPEN", C)).toBe(ZONE_ACTIVE_RESOURCE);
      expect([await send("ZONE_FINISH", B), await send("ZONE_OPEN", C)]).toEqual([OK, OK]);
      expect(await states()).toEqual([NOT_WP, CLOSED, FULL, EOPEN, EMPTY]);
      await driver.close();
    });

    test.each(["ZONE_OPEN", "ZONE_CLOSE", "ZONE_FINISH", "ZONE_RESET"] as const)(
      "%s acts on sequential zones by their first sector",
      async (kind) => {
        const { driver, send } = await attach();
        for (const sector of [CONVENTIONAL, A + 1, END]) expect(await send(kind, sector)).toBe(ZONE_INVALID_CMD);
        await driver.close();
      },
    );

    test("stay over a device reset, but no longer open", async () => {
      const { driver, inside, send, write, states } = await attach();
      await write(A, 4 * KIB);
      await send("ZONE_OPEN", B);
      expect(await states()).toEqual([NOT_WP, IOPEN, EOPEN, EMPTY, EMPTY]);
      await driver.restart();
      const found = await inside((disk) => [1, 2].map((i) => disk.zones.get(i)?.state));
      expect(found).toEqual([CLOSED, EMPTY]);
      const reply = await driver.queue("requestq").send("IN", { sector: A }, { data: 512 });
      expect(reply.data).toEqual(pattern(512, A));
      await driver.close();
    });
  });

  describe("SECURE_ERASE", () => {
    async function erase(sector: number, numSectors: number, ranges = 1) {
      const disk = await attach();
      await disk.write(A, 4 * KIB);
      const segments = Array(ranges).fill({ sector, numSectors, flags: 0 });
      const { status } = await disk.queue.send("SECURE_ERASE", { sector: 0, segments });
      return { ...disk, status };
    }

    test("resets a zone and leaves nothing behind", async () => {
      const { driver, inside, status, states, read } = await erase(A, 128);
      expect([status, await states()]).toEqual([OK, [NOT_WP, EMPTY, EMPTY, EMPTY, EMPTY]]);
      expect((await read(A, 512)).data).toEqual(new Uint8Array(512));
      expect(await inside((disk) => new Uint8Array(disk.memory).every((byte) => byte === 0))).toBe(true);
      await driver.close();
    });

    test.each<[string, number, number, number, BlkStatus]>([
      ["the last zone, which is smaller", LAST, 64, 1, OK],
      ["a part of a zone", A, 8, 1, IOERR],
      ["a range that begins in a zone", A + 8, 128, 1, ZONE_INVALID_CMD],
      ["a conventional zone", CONVENTIONAL, 128, 1, ZONE_INVALID_CMD],
      ["past the end", 640, 128, 1, IOERR],
      ["two zones", A, 128, 2, IOERR],
    ])("of %s", async (_, sector, numSectors, ranges, expected) => {
      const { driver, status, states } = await erase(sector, numSectors, ranges);
      expect([status, await states()]).toEqual([expected, [NOT_WP, IOPEN, EMPTY, EMPTY, EMPTY]]);
      await driver.close();
    });
  });
});
