import { fc, test } from "@fast-check/vitest";
import { afterAll, describe, expect } from "vitest";
import { BlkStatus } from "../../generated/blk.js";
import { type DeviceHost, type Framing, PlainHost, ProcessHost } from "../../runtime/testing/index.js";
import ramDisk, { type RamDisk, type RamDiskOptions } from "./ram-disk.js";

const hosts: readonly DeviceHost<RamDiskOptions, RamDisk>[] = [
  new PlainHost(ramDisk),
  new PlainHost(ramDisk, { packed: true }),
  new ProcessHost(new URL("./ram-disk.js", import.meta.url)),
];

const SECTORS = 64;
const SECTOR = 512;

const request = fc.record({
  kind: fc.constantFrom("IN", "OUT", "DISCARD", "WRITE_ZEROES", "SECURE_ERASE"),
  sector: fc.nat({ max: SECTORS }),
  count: fc.integer({ min: 1, max: 12 }),
  fill: fc.nat({ max: 255 }),
  queue: fc.nat({ max: 1 }),
  cuts: fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 4 }),
  direct: fc.constantFrom(undefined, 0, 1),
});
type Step = typeof request extends fc.Arbitrary<infer T> ? T : never;

const overlap = (a: Step, b: Step) => a.sector < b.sector + b.count && b.sector < a.sector + a.count;
/** Requests of one round may be served in any order: none may touch what another changes. */
const independent = (steps: readonly Step[]) =>
  steps.filter(
    (step, i) => !steps.slice(0, i).some((other) => overlap(step, other) && `${step.kind}${other.kind}` !== "ININ"),
  );

const bytesOf = ({ count, fill }: Step) => Uint8Array.from({ length: count * SECTOR }, (_, i) => (fill + i * 3) & 0xff);
const framingOf = ({ cuts, direct }: Step): Framing => ({
  readable: cuts,
  writable: [...cuts].reverse(),
  ...(direct === undefined ? {} : { direct }),
});

describe.each(hosts)("over $name", (host) => {
  afterAll(() => host.close());

  /** Notifications come when the generated schedule lets them: requests of both queues wait for each other's turns. */
  async function attach(schedule: fc.Scheduler) {
    const attached = await host.attach({ size: SECTORS * SECTOR, numQueues: 2 }, { queueSize: 128 });
    const { link } = attached.driver;
    const kick = link.kick.bind(link);
    link.kick = (index) => void schedule.schedule(Promise.resolve(), `kick ${index}`).then(() => kick(index));
    return attached;
  }

  test.prop([fc.scheduler(), fc.array(fc.array(request, { maxLength: 12 }), { maxLength: 6 })])(
    "the disk holds what an array would, whichever queue asks",
    async (schedule, rounds) => {
      const { driver, inside } = await attach(schedule);
      const oracle = new Uint8Array(SECTORS * SECTOR);
      const send = async (step: Step) => {
        const { kind, sector, count } = step;
        const queue = driver.queue("requestq", step.queue);
        const [from, to, framing] = [sector * SECTOR, (sector + count) * SECTOR, framingOf(step)];
        const fits = sector + count <= SECTORS;
        const status = fits ? BlkStatus.OK : BlkStatus.IOERR;
        if (kind === "IN") {
          const reply = await queue.send("IN", { sector }, { data: count * SECTOR }, framing);
          expect(reply.status).toBe(status);
          if (fits) expect(Buffer.compare(reply.data, oracle.subarray(from, to))).toBe(0);
        } else if (kind === "OUT") {
          const data = bytesOf(step);
          expect((await queue.send("OUT", { sector, data }, {}, framing)).status).toBe(status);
          if (fits) oracle.set(data, from);
        } else {
          const segments = [{ sector, numSectors: count, flags: 0 }];
          expect((await queue.send(kind as "DISCARD", { sector: 0, segments }, {}, framing)).status).toBe(status);
          if (fits) oracle.fill(0, from, to);
        }
      };
      for (const round of rounds) {
        const replies = Promise.all(independent(round).map(send));
        await schedule.waitFor(replies);
      }
      const medium = await inside((disk) => new Uint8Array(disk.memory).slice());
      expect(Buffer.compare(medium, oracle)).toBe(0);
      await driver.close();
    },
  );
});
