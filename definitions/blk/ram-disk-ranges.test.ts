import { afterAll, describe, expect, test } from "vitest";
import { BlkStatus } from "../../generated/blk.js";
import { type DeviceHost, PlainHost, ProcessHost } from "../../runtime/testing/index.js";
import ramDisk, { type RamDisk, type RamDiskOptions } from "./ram-disk.js";

const { OK, IOERR, UNSUPP } = BlkStatus;
const SECTORS = 16_384;
const TYPES = { DISCARD: 11, WRITE_ZEROES: 13, SECURE_ERASE: 14 } as const;

const range = (sector: number, numSectors: number, flags = 0) => ({ sector, numSectors, flags });
/** Whether all of the medium is one byte. */
const isFilledWith = (disk: RamDisk, byte: number) => {
  const medium = new Uint8Array(disk.memory);
  return Buffer.compare(medium, new Uint8Array(medium.length).fill(byte)) === 0;
};

const hosts: readonly DeviceHost<RamDiskOptions, RamDisk>[] = [
  new PlainHost(ramDisk),
  new PlainHost(ramDisk, { packed: true }),
  new ProcessHost(new URL("./ram-disk.js", import.meta.url)),
];

describe.each(hosts)("over $name", (host) => {
  afterAll(() => host.close());

  describe.each(Object.keys(TYPES) as (keyof typeof TYPES)[])("%s", (kind) => {
    async function filled(accept: readonly string[] = [kind]) {
      const { driver, inside } = await host.attach({ size: SECTORS * 512 }, { accept });
      await inside((disk) => void new Uint8Array(disk.memory).fill(0xaa));
      const holds = (byte: number) => inside(isFilledWith, byte);
      const queue = driver.queue("requestq");
      const send = async (...segments: ReturnType<typeof range>[]) =>
        (await queue.send(kind, { sector: 0, segments })).status;
      return { driver, inside, holds, queue, send };
    }

    test("makes ranges read as zeroes", async () => {
      const { driver, inside, send } = await filled();
      expect(await send(range(1, 2), range(SECTORS - 1, 1), range(1, 1), range(9, 0))).toBe(OK);
      const memory = await inside((disk) => new Uint8Array(disk.memory).slice());
      const expected = new Uint8Array(memory.length).fill(0xaa);
      expected.fill(0, 512, 1536).fill(0, (SECTORS - 1) * 512);
      expect(Buffer.compare(memory, expected)).toBe(0);
      await driver.close();
    });

    test.each([
      ["past the end", [range(0, 1), range(SECTORS - 1, 2)], IOERR],
      ["at 2^53-1", [range(Number.MAX_SAFE_INTEGER, 2 ** 32 - 1)], IOERR],
      ["longer than announced", [range(0, 1), range(0, 8193)], IOERR],
      ["more than announced", Array(17).fill(range(0, 1)), IOERR],
      ["none", [], IOERR],
      ["with an unknown flag", [range(0, 1), range(1, 1, 2)], UNSUPP],
      ["with the last flag", [range(0, 1, 0x8000_0000)], UNSUPP],
    ])("ranges %s: none is touched", async (_, segments, status) => {
      const { driver, holds, send } = await filled();
      expect(await send(...segments)).toBe(status);
      expect(await holds(0xaa)).toBe(true);
      await driver.close();
    });

    test("as much as announced", async () => {
      const { driver, holds, send } = await filled();
      expect(await send(range(0, 8192), ...Array(15).fill(range(8192, 8192)))).toBe(OK);
      expect(await holds(0)).toBe(true);
      await driver.close();
    });

    test("unmap is a flag of WRITE_ZEROES alone", async () => {
      const { driver, holds, send } = await filled();
      expect(await send(range(0, 1, 1))).toBe(kind === "WRITE_ZEROES" ? OK : UNSUPP);
      expect(await holds(0xaa)).toBe(kind !== "WRITE_ZEROES");
      await driver.close();
    });

    test("a range that is cut", async () => {
      const { driver, queue, holds } = await filled();
      const bytes = new Uint8Array(16 + 15).fill(TYPES[kind], 0, 1);
      expect(await queue.sendBytes(kind, bytes, 1)).toMatchObject({ status: IOERR });
      expect(await holds(0xaa)).toBe(true);
      await driver.close();
    });

    test("ranges in the device-writable part, where Linux puts those of SECURE_ERASE", async () => {
      const { driver, queue, holds } = await filled();
      const header = new Uint8Array(16).fill(TYPES[kind], 0, 1);
      expect(await queue.sendBytes(kind, header, 16 + 1)).toMatchObject({ status: IOERR });
      expect(await holds(0xaa)).toBe(true);
      await driver.close();
    });

    test("is not supported where it was not negotiated", async () => {
      const { driver, holds, send } = await filled([]);
      expect(await send(range(0, 1))).toBe(UNSUPP);
      expect(await holds(0xaa)).toBe(true);
      await driver.close();
    });
  });
});
