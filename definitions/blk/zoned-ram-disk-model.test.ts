import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { BlkStatus } from "../../generated/blk.js";
import { Driver } from "../../runtime/testing/index.js";
import zonedRamDisk from "./zoned-ram-disk.js";

const SECTOR = 512;
const ZONE = 16;
const ZONES = 4;

const step = fc.record({
  kind: fc.constantFrom("IN", "OUT", "ZONE_APPEND", "ZONE_FINISH", "ZONE_RESET", "ZONE_RESET_ALL", "restart"),
  zone: fc.nat({ max: ZONES - 1 }),
  skip: fc.constantFrom(0, 0, 0, 1),
  count: fc.integer({ min: 1, max: 7 }),
  fill: fc.integer({ min: 1, max: 255 }),
  queue: fc.nat({ max: 1 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What a zone holds: the bytes that were written, and whether more can be. */
class ZoneOracle {
  written: number[] = [];
  isFull = false;

  get room(): number {
    return this.isFull ? 0 : ZONE - this.written.length / SECTOR;
  }

  add(bytes: Uint8Array): void {
    this.written.push(...bytes);
    this.isFull = this.room === 0;
  }

  reset(): void {
    this.written = [];
    this.isFull = false;
  }

  get bytes(): Uint8Array {
    const bytes = new Uint8Array(ZONE * SECTOR);
    bytes.set(this.written);
    return bytes;
  }
}

test.prop([fc.array(step, { maxLength: 60 })])("zones hold what was written since their last reset", async (steps) => {
  const options = { size: ZONES * ZONE * SECTOR, zoneSize: ZONE * SECTOR, writeGranularity: SECTOR, numQueues: 2 };
  const driver = await Driver.attach(zonedRamDisk, options);
  const zones = Array.from({ length: ZONES }, () => new ZoneOracle());

  const run = async ({ kind, zone, skip, count, fill, queue: n }: Step) => {
    const queue = driver.queue("requestq", n);
    const oracle = zones[zone] as ZoneOracle;
    const start = zone * ZONE;
    const pointer = start + oracle.written.length / SECTOR;
    const data = new Uint8Array(count * SECTOR).fill(fill);
    if (kind === "restart") {
      await driver.restart();
    } else if (kind === "OUT") {
      const { status } = await queue.send("OUT", { sector: pointer + skip, data });
      expect(status === BlkStatus.OK).toBe(skip === 0 && count <= oracle.room);
      if (status === BlkStatus.OK) oracle.add(data);
    } else if (kind === "ZONE_APPEND") {
      const { status, appendSector } = await queue.send("ZONE_APPEND", { sector: start, data });
      expect(status).toBe(count <= oracle.room ? BlkStatus.OK : BlkStatus.ZONE_INVALID_CMD);
      if (status !== BlkStatus.OK) return;
      expect(appendSector).toBe(pointer);
      oracle.add(data);
    } else if (kind === "IN") {
      const reply = await queue.send("IN", { sector: start + count }, { data: (ZONE - count) * SECTOR });
      expect(Buffer.compare(reply.data, oracle.bytes.subarray(count * SECTOR))).toBe(0);
    } else {
      expect((await queue.send(kind as "ZONE_RESET", { sector: start })).status).toBe(BlkStatus.OK);
      if (kind === "ZONE_FINISH") oracle.isFull = true;
      else for (const each of kind === "ZONE_RESET" ? [oracle] : zones) each.reset();
    }
  };

  for (const each of steps) await run(each);
  for (const [i, oracle] of zones.entries()) {
    const { data } = await driver.queue("requestq").send("IN", { sector: i * ZONE }, { data: ZONE * SECTOR });
    expect(Buffer.compare(data, oracle.bytes)).toBe(0);
  }
  await driver.close();
});
