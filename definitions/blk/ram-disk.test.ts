import { afterAll, describe, expect, test } from "vitest";
import { BlkStatus } from "../../generated/blk.js";
import { type DeviceHost, type Framing, PlainHost, ProcessHost } from "../../runtime/testing/index.js";
import ramDisk, { type RamDisk, type RamDiskOptions } from "./ram-disk.js";

const { OK, IOERR, UNSUPP } = BlkStatus;
const SECTOR = 512;
const SECTORS = 16_384;

const hosts: readonly DeviceHost<RamDiskOptions, RamDisk>[] = [
  new PlainHost(ramDisk),
  new PlainHost(ramDisk, { packed: true }),
  new ProcessHost(new URL("./ram-disk.js", import.meta.url)),
  new ProcessHost(new URL("./ram-disk.js", import.meta.url), {}, { packed: true }),
];

/** A copy of the medium. */
const mediumOf = (disk: RamDisk) => new Uint8Array(disk.memory).slice();

/** Whether all of the medium is one byte. */
const isFilledWith = (disk: RamDisk, byte: number) => {
  const medium = new Uint8Array(disk.memory);
  return Buffer.compare(medium, new Uint8Array(medium.length).fill(byte)) === 0;
};

/** Sectors that all differ. */
function pattern(sectors: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length: sectors * SECTOR }, (_, i) => (i * 7 + (i >> 9) * 13 + seed) & 0xff);
}

/** The bytes of a request's header. */
function header(type: number, sector = 0): Uint8Array {
  const view = new DataView(new ArrayBuffer(16));
  view.setUint32(0, type, true);
  view.setUint32(8, sector, true);
  return new Uint8Array(view.buffer);
}

const range = (sector: number, numSectors: number, flags = 0) => ({ sector, numSectors, flags });

describe.each(hosts)("over $name", (host) => {
  afterAll(() => host.close());

  async function attach(options: Partial<RamDiskOptions> = {}, accept?: readonly string[]) {
    const all = { size: SECTORS * SECTOR, ...options };
    const { driver, inside } = await host.attach(all, accept === undefined ? {} : { accept });
    return { driver, inside, queue: driver.queue("requestq") };
  }

  describe("data", () => {
    test("is read as it was written; the used length counts what was written contiguously", async () => {
      const { driver, queue } = await attach();
      const data = pattern(8);
      expect(await queue.send("OUT", { sector: 3, data })).toEqual({ status: OK, usedLength: 1 });
      expect(await queue.send("IN", { sector: 3 }, { data: 4096 })).toEqual({ status: OK, data, usedLength: 4097 });
      await driver.close();
    });

    test("lies at the sectors that were named, and nowhere else", async () => {
      const { driver, queue, inside } = await attach();
      const data = pattern(2);
      await queue.send("OUT", { sector: SECTORS - 2, data });
      const memory = await inside(mediumOf);
      expect(memory.subarray(-1024)).toEqual(data);
      expect(Buffer.compare(memory.subarray(0, -1024), new Uint8Array(memory.length - 1024))).toBe(0);
      await driver.close();
    });

    test("stays over a reset", async () => {
      const { driver, queue } = await attach();
      const data = pattern(1);
      await queue.send("OUT", { sector: 0, data });
      await driver.restart();
      expect(await driver.queue("requestq").send("IN", { sector: 0 }, { data: 512 })).toMatchObject({ data });
      await driver.close();
    });

    test("can lie at the end of the largest disk", async () => {
      const { driver, queue } = await attach({ size: 2 ** 32 - SECTOR });
      const data = pattern(3);
      const sector = 2 ** 23 - 4;
      expect(await queue.send("OUT", { sector, data })).toMatchObject({ status: OK });
      expect(await queue.send("IN", { sector }, { data: 3 * SECTOR })).toMatchObject({ status: OK, data });
      expect(await queue.send("IN", { sector: sector + 1 }, { data: 3 * SECTOR })).toMatchObject({ status: IOERR });
      const segments = [range(sector + 1, 2)];
      expect(await queue.send("WRITE_ZEROES", { sector: 0, segments })).toMatchObject({ status: OK });
      const read = await queue.send("IN", { sector }, { data: 3 * SECTOR });
      expect(read.data).toEqual(Uint8Array.of(...data.subarray(0, SECTOR), ...new Uint8Array(2 * SECTOR)));
      await driver.close();
    });

    test.each<Framing>([
      { readable: [1, 2, 3], writable: [5, 507, 1] },
      { readable: [16, 100], writable: [1024] },
      { readable: [15, 2], writable: [1023, 1], direct: 0 },
      { readable: [8, 8, 300], writable: [512], direct: 1 },
      { readable: Array(20).fill(3), writable: Array(30).fill(11), direct: 0 },
    ])("may be cut anywhere: %j", async (framing) => {
      const { driver, queue } = await attach();
      const data = pattern(2, 9);
      expect(await queue.send("OUT", { sector: 5, data }, {}, framing)).toMatchObject({ status: OK });
      expect(await queue.send("IN", { sector: 5 }, { data: 1024 }, framing)).toEqual({
        status: OK,
        data,
        usedLength: 1025,
      });
      await driver.close();
    });
  });

  describe("a request outside of the rules fails and changes nothing", () => {
    test.each([
      ["past the end", SECTORS - 1, 1024],
      ["far past the end", Number.MAX_SAFE_INTEGER, 512],
      ["that begins at the end", SECTORS, 512],
      ["of half a sector", 0, 256],
      ["of a sector and a byte", 0, 513],
    ])("a read or write %s", async (_, sector, length) => {
      const { driver, queue, inside } = await attach();
      const data = new Uint8Array(length).fill(7);
      expect(await queue.send("OUT", { sector, data })).toEqual({ status: IOERR, usedLength: 1 });
      expect(await queue.send("IN", { sector }, { data: length })).toMatchObject({ status: IOERR });
      expect(await inside(isFilledWith, 0)).toBe(true);
      await driver.close();
    });

    test("no data is no error, up to the end", async () => {
      const { driver, queue } = await attach();
      const nothing = new Uint8Array(0);
      expect(await queue.send("OUT", { sector: SECTORS, data: nothing })).toMatchObject({ status: OK });
      expect(await queue.send("IN", { sector: SECTORS }, { data: 0 })).toMatchObject({ status: OK, usedLength: 1 });
      await driver.close();
    });

    test.each([2, 3, 5, 9, 12, 15, 16, 18, 20, 22, 24, 26, 0x8000_0000])("type %i is not supported", async (type) => {
      const { driver, queue } = await attach();
      expect(await queue.sendBytes("FLUSH", header(type), 1)).toMatchObject({ status: UNSUPP });
      await driver.close();
    });

    test("a header that is cut", async () => {
      const { driver, queue } = await attach();
      expect(await queue.sendBytes("FLUSH", header(4).subarray(0, 15), 1)).toMatchObject({ status: IOERR });
      await driver.close();
    });
  });

  describe("a read-only disk", () => {
    test.each([["accepted"], ["ignored"]])("fails every write, RO %s", async (how) => {
      const { driver, inside, queue } = await attach({ readOnly: true }, how === "accepted" ? undefined : []);
      await inside((disk) => void new Uint8Array(disk.memory).fill(5));
      expect(await queue.send("OUT", { sector: 0, data: pattern(1) })).toMatchObject({ status: IOERR });
      const segments = [range(0, 1)];
      for (const kind of ["DISCARD", "WRITE_ZEROES", "SECURE_ERASE"] as const) {
        expect(await queue.send(kind, { sector: 0, segments })).toMatchObject({ status: UNSUPP });
      }
      const { data } = await queue.send("IN", { sector: 0 }, { data: 512 });
      expect([data.every((byte) => byte === 5), await inside(isFilledWith, 5)]).toEqual([true, true]);
      await driver.close();
    });
  });

  describe("what a disk says of itself", () => {
    test.each(["", "a", "exactly-20-character"])("serial %j", async (serial) => {
      const { driver, queue } = await attach({ serial });
      expect(await queue.send("GET_ID", { sector: 0 })).toEqual({ status: OK, id: serial, usedLength: 21 });
      await driver.close();
    });

    test("FLUSH, with and without the feature", async () => {
      const { driver, queue } = await attach();
      expect(await queue.send("FLUSH", { sector: 0 })).toEqual({ status: OK, usedLength: 1 });
      await driver.restart({ accept: [] });
      expect(await driver.queue("requestq").send("FLUSH", { sector: 0 })).toMatchObject({ status: UNSUPP });
      await driver.close();
    });

    test("GET_LIFETIME, where there is something to tell", async () => {
      const lifetime = { preEolInfo: 2, deviceLifetimeEstTypA: 11, deviceLifetimeEstTypB: 3 };
      const { driver, queue } = await attach({ lifetime });
      expect(await queue.send("GET_LIFETIME", { sector: 0 })).toEqual({ status: OK, lifetime, usedLength: 7 });
      await driver.close();
      const plain = await attach();
      expect(plain.driver.negotiated("LIFETIME")).toBe(false);
      expect(await plain.queue.send("GET_LIFETIME", { sector: 0 })).toMatchObject({ status: UNSUPP });
      await plain.driver.close();
    });

    test("WRITE_ZEROES deallocates nothing, and says so", async () => {
      const { driver } = await attach();
      expect(await driver.readConfig("write_zeroes_may_unmap")).toBe(0);
      await driver.close();
    });

    test.each<[string, Partial<RamDiskOptions>]>([
      ["no size", { size: 0 }],
      ["a size between sectors", { size: 513 }],
      ["more than 4 GiB", { size: 2 ** 32 + 512 }],
      ["a long serial", { serial: "x".repeat(21) }],
      ["a serial that is not ASCII", { serial: "Größe" }],
      ["reserved wear", { lifetime: { preEolInfo: 4, deviceLifetimeEstTypA: 0, deviceLifetimeEstTypB: 0 } }],
      ["reserved cell wear", { lifetime: { preEolInfo: 0, deviceLifetimeEstTypA: 0, deviceLifetimeEstTypB: 12 } }],
    ])("%s is refused", (_, options) => {
      expect(() => ramDisk.open({ size: 512, ...options })).toThrow(RangeError);
    });
  });

  describe("several queues", () => {
    test("reach the same disk", async () => {
      const { driver } = await attach({ numQueues: 4 });
      expect(await driver.readConfig("num_queues")).toBe(4);
      const data = pattern(4);
      await driver.queue("requestq", 3).send("OUT", { sector: 7, data });
      for (let n = 0; n < 4; n++) {
        expect(await driver.queue("requestq", n).send("IN", { sector: 7 }, { data: 2048 })).toMatchObject({ data });
      }
      expect(() => driver.queue("requestq", 4)).toThrow();
      await driver.close();
    });

    test("exist only where MQ was negotiated", async () => {
      const { driver } = await attach({ numQueues: 4 }, ["FLUSH"]);
      expect(() => driver.queue("requestq", 1)).toThrow();
      await driver.close();
    });
  });
});
