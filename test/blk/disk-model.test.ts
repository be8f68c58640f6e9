import { readFileSync } from "node:fs";
import { fc } from "@fast-check/vitest";
import { afterAll, describe, expect, test } from "vitest";
import { Disk } from "../../definitions/blk/blk.js";
import type { DiskOptions } from "../../definitions/blk/disk-options.js";
import { BlkStatus } from "../../generated/blk.js";
import type { Framing } from "../../runtime/testing/index.js";
import { randomRuns } from "../random-runs.js";
import { DiskRig, type Driven, directFolder, range } from "./disk-rig.js";

const SECTORS = 64;
const SECTOR = 512;

const request = fc.record({
  kind: fc.constantFrom("IN", "OUT", "DISCARD", "WRITE_ZEROES", "FLUSH"),
  sector: fc.nat({ max: SECTORS }),
  count: fc.integer({ min: 0, max: 20 }),
  second: fc.integer({ min: 0, max: 4 }),
  unmap: fc.nat({ max: 1 }),
  fill: fc.nat({ max: 255 }),
  queue: fc.nat({ max: 1 }),
  cuts: fc.array(fc.integer({ min: 1, max: 1500 }), { maxLength: 6 }),
  direct: fc.constantFrom(undefined, 0, 1),
});
type Step = typeof request extends fc.Arbitrary<infer T> ? T : never;

/** A request of two ranges, the second right behind the first, has them both. */
const reach = ({ kind, count, second }: Step) =>
  kind === "DISCARD" || kind === "WRITE_ZEROES" ? count + second : count;
const overlap = (a: Step, b: Step) => a.sector < b.sector + reach(b) && b.sector < a.sector + reach(a);
/** Requests of one round may be served in any order: none may touch what another changes. */
const independent = (steps: readonly Step[]) =>
  steps.filter(
    (step, i) => !steps.slice(0, i).some((other) => overlap(step, other) && `${step.kind}${other.kind}` !== "ININ"),
  );

const framingOf = ({ cuts, direct }: Step): Framing => ({
  readable: cuts,
  writable: [...cuts].reverse(),
  ...(direct === undefined ? {} : { direct }),
});

/** Sends a request and compares the answer; `oracle` is what the disk should hold. */
async function send({ driver }: Driven, oracle: Uint8Array, step: Step): Promise<void> {
  const { kind, sector, count, second, unmap, fill } = step;
  const queue = driver.queue("requestq", step.queue);
  const [from, to, framing] = [sector * SECTOR, (sector + reach(step)) * SECTOR, framingOf(step)];
  const fits = sector + reach(step) <= SECTORS;
  const status = fits ? BlkStatus.OK : BlkStatus.IOERR;
  if (kind === "FLUSH") {
    expect((await queue.send("FLUSH", { sector: 0 }, {}, framing)).status).toBe(BlkStatus.OK);
  } else if (kind === "IN") {
    const reply = await queue.send("IN", { sector }, { data: count * SECTOR }, framing);
    expect(reply.status).toBe(status);
    if (fits) expect(Buffer.compare(reply.data, oracle.subarray(from, to))).toBe(0);
  } else if (kind === "OUT") {
    const data = Uint8Array.from({ length: count * SECTOR }, (_, i) => (fill + i * 3) & 0xff);
    expect((await queue.send("OUT", { sector, data }, {}, framing)).status).toBe(status);
    if (fits) oracle.set(data, from);
  } else {
    const flags = kind === "WRITE_ZEROES" ? unmap : 0;
    const segments = [range(sector, count, flags), range(sector + count, second, flags)];
    expect((await queue.send(kind as "DISCARD", { sector: 0, segments }, {}, framing)).status).toBe(status);
    if (fits) oracle.fill(0, from, to);
  }
}

/** As on a disk whose blocks are larger than a sector: what is not aligned to them goes through the page cache. */
class CoarseDisk extends Disk {
  override share() {
    const share = super.share();
    const { files } = share;
    return files === undefined ? share : { ...share, files: { ...files, alignment: 4096, granularity: 8 } };
  }
}

interface Variant {
  readonly name: string;
  readonly options: DiskOptions;
  readonly make?: (options: DiskOptions) => Disk;
}

const coarse = (options: DiskOptions) => new CoarseDisk(options);
const engines = ["io_uring", "threads"] as const;
const variants: Variant[] = engines.flatMap((aio) => [
  { name: `${aio}, page cache`, options: { aio } },
  { name: `${aio}, O_DIRECT`, options: { aio, cache: "none" } },
  { name: `${aio}, O_DIRECT in blocks of 4096`, options: { aio, cache: "none" }, make: coarse },
]);

const rig = new DiskRig(directFolder());
afterAll(() => rig.close());

describe.each(variants)("on a file, $name", ({ name, options, make }) => {
  test("the disk holds what an array would, whichever queue asks", async () => {
    const path = rig.image(SECTORS * SECTOR, name);
    const driven = await rig.drive({ ...options, blkFile: path, numQueues: 2 }, { queueSize: 128 }, make);
    const oracle = new Uint8Array(SECTORS * SECTOR);
    const rounds = fc.array(fc.array(request, { maxLength: 12 }), { maxLength: 6 });
    const property = fc.asyncProperty(rounds, async (steps) => {
      oracle.fill(0);
      await driven.queue.send("WRITE_ZEROES", { sector: 0, segments: [range(0, SECTORS)] });
      for (const round of steps) await Promise.all(independent(round).map((step) => send(driven, oracle, step)));
      expect(Buffer.compare(readFileSync(path), oracle)).toBe(0);
    });
    await fc.assert(property, { numRuns: randomRuns(40) });
    expect(rig.log).toEqual([]);
    await driven.close();
  });
});
