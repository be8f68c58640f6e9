import { describe, expect, test } from "vitest";
import { DeviceProcess, Driver, type DriverOptions, VhostUserLink } from "../../runtime/testing/index.js";
import type { TrafficOf } from "../../runtime/virtio/backend.js";
import type { StressDisk, StressDiskOptions } from "./stress-disk.js";
import { StressDriver } from "./stress-driver.js";
import { watchForSleepers } from "./watchdog.js";

// VIRTIO 2.7.7, 2.7.10: who suppresses notifications must not miss what comes at that moment. Driver and device are two
// processes here, which notify each other by eventfds; between them is all that a frontend would meet.

/** What CI has time for; the nightly job takes a hundred times as many. */
const REQUESTS = Number(process.env["VDEV_STRESS_REQUESTS"] ?? 1_000_000);

interface Row {
  readonly ring: string;
  readonly setup: DriverOptions;
  readonly pollMaxUs: number | undefined;
}

const rings: readonly Omit<Row, "pollMaxUs">[] = [
  { ring: "a split ring with EVENT_IDX", setup: {} },
  { ring: "a split ring without EVENT_IDX", setup: { without: ["EVENT_IDX"] } },
];

async function stress({ setup, pollMaxUs }: Row, seed: number): Promise<void> {
  const host = await DeviceProcess.start(new URL("./stress-disk.js", import.meta.url));
  const device = await host.serve({ seed, pollMaxUs } satisfies StressDiskOptions, true);
  const end = new AbortController();
  try {
    const link = await VhostUserLink.connect(device.path);
    const connected = await Driver.connect<TrafficOf<StressDisk>>(link, device.description, {
      queueSize: 128,
      ...setup,
    });
    const driver = new StressDriver(link, connected.queue("requestq").ring, seed);
    await Promise.race([driver.run(REQUESTS), watchForSleepers(driver, device, end.signal)]);
    expect([driver.added, driver.reaped]).toEqual([REQUESTS, REQUESTS]);
    await connected.close();
  } catch (error) {
    const said = device.log.filter(({ level }) => level === "error" || level === "warn").map(({ message }) => message);
    const what = `seed ${seed}: ${(error as Error).message}; the device says: ${said.join(", ") || "nothing"}`;
    throw new Error(what, { cause: error });
  } finally {
    end.abort();
    await host.kill();
  }
}

describe.each([
  ["a device that spins before it sleeps", undefined],
  ["a device that sleeps at once", 0],
])("nothing is lost, doubled or mistaken, and nobody sleeps on work, with %s", (_, pollMaxUs) => {
  const rows = rings.map((ring) => ({ ...ring, pollMaxUs }));
  test.each(rows)("over $ring", (row) => stress(row, Math.floor(Math.random() * 2 ** 31)), 120_000 + REQUESTS);
});
