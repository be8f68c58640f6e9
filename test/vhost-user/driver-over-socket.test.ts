import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RamDisk, RamDiskOptions } from "../../definitions/blk/ram-disk.js";
import { BlkStatus } from "../../generated/blk.js";
import {
  DeviceProcess,
  Driver,
  type DriverOptions,
  type UsedProtocolFeature,
  VhostUserLink,
  type VhostUserLinkOptions,
} from "../../runtime/testing/index.js";
import type { TrafficOf } from "../../runtime/virtio/backend.js";
import { until } from "../until.js";

const MODULE = new URL("../../definitions/blk/ram-disk.js", import.meta.url);
const SIZE = 2 ** 20;

let process: DeviceProcess;
/** Of the devices that `attach` makes. */
let queueThreads = 0;
beforeAll(async () => {
  process = await DeviceProcess.start(MODULE);
});
afterAll(() => process.kill());

async function attach(
  link: VhostUserLinkOptions = {},
  setup: DriverOptions = {},
  options: Partial<RamDiskOptions> = {},
) {
  const device = await process.serve({ size: SIZE, ...options }, true, queueThreads);
  const connected = await VhostUserLink.connect(device.path, link);
  const driver = await Driver.connect<TrafficOf<RamDisk>>(connected, device.description, setup);
  return { device, link: connected, driver, queue: driver.queue("requestq") };
}

const pattern = (length: number, seed: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + seed) & 0xff);

type Queue = Awaited<ReturnType<typeof attach>>["queue"];

/** Whether a part of the disk holds some bytes. */
async function holds(queue: Queue, sector: number, data: Uint8Array): Promise<boolean> {
  const reply = await queue.send("IN", { sector }, { data: data.length });
  return reply.status === BlkStatus.OK && Buffer.compare(reply.data, data) === 0;
}

/** Makes the available ring nonsense, so that the device cannot go on. */
function corrupt({ driver, queue }: Awaited<ReturnType<typeof attach>>): void {
  queue.ring.makeAvailable(9999);
  queue.ring.publish();
  driver.link.kick(0);
}

describe.each([0, 2])("queues on %i threads of their own", (threads) => {
  beforeAll(() => {
    queueThreads = threads;
  });

  describe.each<{ withoutProtocol: UsedProtocolFeature[]; packed?: boolean }>([
    { withoutProtocol: [] },
    { withoutProtocol: [], packed: true },
    { withoutProtocol: ["INFLIGHT_SHMFD", "STATUS"], packed: true },
    { withoutProtocol: ["STATUS"] },
    { withoutProtocol: ["STATUS", "RESET_DEVICE"] },
    { withoutProtocol: ["REPLY_ACK"] },
    { withoutProtocol: ["CONFIGURE_MEM_SLOTS"] },
    { withoutProtocol: ["BACKEND_REQ", "INFLIGHT_SHMFD"] },
    { withoutProtocol: ["MQ", "REPLY_ACK", "STATUS", "CONFIGURE_MEM_SLOTS", "INFLIGHT_SHMFD", "RESET_DEVICE"] },
  ])("a frontend without $withoutProtocol (packed: $packed)", ({ withoutProtocol, packed = false }) => {
    const how = { withoutProtocol };

    test("reads what it wrote, also after a reset and with other features", async () => {
      const { driver, queue } = await attach(how, { packed });
      const data = pattern(8192, 1);
      expect(await queue.send("OUT", { sector: 3, data })).toMatchObject({ status: BlkStatus.OK });
      for (const accept of [[], ["FLUSH"]]) {
        await driver.restart({ accept, packed });
        expect(await holds(driver.queue("requestq"), 3, data)).toBe(true);
      }
      expect(await driver.readConfig("capacity")).toBe(SIZE / 512);
      await driver.close();
    });

    test("hears that the device cannot go on", async () => {
      const world = await attach(how, { packed });
      const told = new Promise<void>((resolve) => {
        world.driver.onConfigChange = resolve;
      });
      corrupt(world);
      if (how.withoutProtocol.includes("BACKEND_REQ")) {
        await until("the status says so", async () => ((await world.link.readStatus()) & 0x40) !== 0);
      } else {
        await told;
        expect((await world.link.readStatus()) & 0x40).toBe(0x40);
      }
      await world.driver.restart();
      expect(await world.driver.queue("requestq").send("GET_ID", { sector: 0 })).toMatchObject({
        status: BlkStatus.OK,
      });
      await world.driver.close();
    });
  });

  test("memory in many regions, and buffers anywhere in it", async () => {
    const regions = Array.from({ length: 8 }, (_, i) => ({ guestAddress: 0x10_0000 + i * 2 ** 32, size: 0x1_0000 }));
    for (const withoutProtocol of [[], ["CONFIGURE_MEM_SLOTS"]] as UsedProtocolFeature[][]) {
      const { driver, queue } = await attach({ regions, withoutProtocol }, { queueSize: 32 });
      for (let i = 0; i < 12; i++) {
        const data = pattern(0xc000, i);
        // One stays in the way of the next, which lands in another region.
        driver.link.memory.allocate(0x2000);
        await queue.send("OUT", { sector: i * 96, data });
        expect(await holds(queue, i * 96, data)).toBe(true);
      }
      await driver.close();
    }
  });

  test("a change of the configuration is told, and read", async () => {
    const { device, driver } = await attach();
    const told = new Promise<void>((resolve) => {
      driver.onConfigChange = resolve;
    });
    const shrink = (disk: RamDisk) => {
      disk.config.capacity = 1024;
    };
    await device.inside(shrink, []);
    await told;
    expect(await driver.readConfig("capacity")).toBe(1024);
    await driver.close();
  });

  test("several queues, one of which is reset while the others work", async () => {
    const { driver } = await attach({}, {}, { numQueues: 4 });
    const data = pattern(4096, 5);
    await driver.queue("requestq", 3).send("OUT", { sector: 8, data });
    expect(await driver.link.resetQueue(2)).toBe(true);
    for (const n of [0, 1, 3]) {
      expect(await holds(driver.queue("requestq", n), 8, data)).toBe(true);
    }
    await driver.close();
  });

  test("a thousand requests, with as many under way as there is room for", async () => {
    const { driver, queue } = await attach({}, { queueSize: 256 });
    let next = 0;
    const worker = async () => {
      for (let n = next++; n < 1000; n = next++) {
        const data = pattern(512, n);
        await queue.send("OUT", { sector: n, data });
        expect(await holds(queue, n, data)).toBe(true);
      }
    };
    await Promise.all(Array.from({ length: 64 }, worker));
    await driver.close();
  });
});

test("a driver without VERSION_1 is refused, however often it tries, and the log says why once", async () => {
  const device = await process.serve({ size: SIZE }, true);
  const link = await VhostUserLink.connect(device.path);
  for (let attempt = 0; attempt < 3; attempt++) {
    const refused = Driver.connect(link, device.description, { without: ["VERSION_1"] });
    await expect(refused).rejects.toThrow("the device refused the features: VERSION_1 is missing");
  }
  const reason = "blk: features refused: VERSION_1 is missing: legacy drivers are not supported";
  // Its answer comes after all that was logged before.
  await device.inside(() => {}, []);
  expect(device.log.filter(({ level }) => level === "warn")).toEqual([{ level: "warn", message: reason }]);
  await link.close();
});

test("a backend that dies is named as the reason", async () => {
  const victim = await DeviceProcess.start(MODULE);
  const device = await victim.serve({ size: SIZE }, true);
  const link = await VhostUserLink.connect(device.path);
  const driver = await Driver.connect(link, device.description);
  await victim.kill("SIGKILL");
  await expect(driver.readConfig("capacity")).rejects.toMatchObject({ code: "VDEV_BACKEND_GONE" });
  await driver.close();
});
