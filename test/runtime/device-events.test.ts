import { expect, test, vi } from "vitest";
import ramDisk, { RamDisk } from "../../definitions/blk/ram-disk.js";
import thermometer, { Thermometer } from "../../definitions/thermometer/thermometer.js";
import { BlkDefinition, BlkStatus } from "../../generated/blk.js";
import { defineBackend } from "../../runtime/index.js";
import { Driver, PlainLink } from "../../runtime/testing/index.js";
import { DeviceStatus } from "../../runtime/virtio/device-status.js";
import type { Pool } from "../../runtime/virtio/pool.js";

const EVENTQ = 1;

const ok = (request: { complete(status: BlkStatus): void }) => request.complete(BlkStatus.OK);
const silent = {
  in: ok,
  out: ok,
  flush: ok,
  getId: ok,
  getLifetime: ok,
  discard: ok,
  writeZeroes: ok,
  secureErase: ok,
};

/** A thermometer whose only sensor has limits, and the buffer that waits for its alarm. */
async function limited() {
  const driver = await Driver.attach(thermometer, { sensors: 1 });
  await driver.queue("requestq").send("SET_LIMITS", { sensor: 0, low: 0, high: 100 });
  return driver;
}

test("a message posted while its queue is stopped is sent when the queue runs again", async () => {
  const driver = await limited();
  const alarm = driver.queue("eventq").send("alarm");
  await driver.link.model.queues.stop(EVENTQ);
  driver.device.report(0, 200);
  await driver.link.enableQueue(EVENTQ);
  expect(await alarm).toMatchObject({ sensor: 0, temperature: 200 });
});

test("a message that waits for a buffer is void after a device reset", async () => {
  const driver = await limited();
  driver.device.report(0, 200);
  await driver.restart();
  const filled = vi.fn();
  void driver
    .queue("eventq")
    .send("alarm")
    .then(filled, () => {});
  await new Promise((resolve) => setImmediate(resolve));
  expect(filled).not.toHaveBeenCalled();
  await driver.close();
});

test("a buffer that the device has taken is waited for when its queue stops", async () => {
  const driver = await limited();
  const reply = driver.queue("eventq").send("alarm");
  const { eventq } = driver.device as unknown as { eventq: Pool<never> };
  const buffer = eventq.take() as unknown as { temperature: number; complete(): void };
  const stopped = vi.fn();
  const stop = driver.link.model.queues.stop(EVENTQ).then(stopped);
  await new Promise((resolve) => setImmediate(resolve));
  expect(stopped).not.toHaveBeenCalled();
  buffer.temperature = 7;
  buffer.complete();
  await stop;
  expect(stopped).toHaveBeenCalledWith(1);
  expect(await reply).toMatchObject({ temperature: 7 });
});

test("a device whose pool was broken while a buffer was out can be reset", async () => {
  const driver = await limited();
  driver.device.log = { ...driver.device.log, error: () => {} };
  const { eventq } = driver.device as unknown as { eventq: Pool<never> };
  void driver
    .queue("eventq")
    .send("alarm")
    .catch(() => {});
  const buffer = eventq.take() as unknown as { complete(): void };
  const { ring } = driver.queue("eventq");
  ring.makeAvailable(999);
  ring.publish();
  driver.device.report(0, 200);
  expect((await driver.link.readStatus()) & DeviceStatus.DEVICE_NEEDS_RESET).not.toBe(0);
  buffer.complete();
  await driver.restart();
  driver.device.report(0, 200);
  expect(await driver.queue("requestq").send("READ", { sensor: 0 })).toMatchObject({ sample: { temperature: 200 } });
});

test("a queue that is enabled while its stop waits runs again", async () => {
  const driver = await limited();
  void driver
    .queue("eventq")
    .send("alarm")
    .catch(() => {});
  const { eventq } = driver.device as unknown as { eventq: Pool<never> };
  const buffer = eventq.take() as unknown as { complete(): void };
  const stop = driver.link.model.queues.stop(EVENTQ);
  await driver.link.enableQueue(EVENTQ);
  buffer.complete();
  await stop;
  driver.device.report(0, 200);
  expect(await driver.queue("eventq").send("alarm")).toMatchObject({ temperature: 200 });
});

test("a suspended device that needs a reset says so when it goes on", async () => {
  const driver = await limited();
  driver.device.log = { ...driver.device.log, error: () => {} };
  const changes = vi.fn();
  driver.link.onConfigChange = changes;
  await driver.link.model.suspend();
  driver.device.needsReset("a test");
  expect(changes).not.toHaveBeenCalled();
  await driver.link.enableQueue(0);
  expect(changes).toHaveBeenCalledOnce();
});

test("a field that only a negotiated feature makes writable cannot be written without it", async () => {
  const driver = await Driver.attach(thermometer, { sensors: 1 }, { accept: ["ALARM"] });
  const warnings: string[] = [];
  driver.device.log = { ...driver.device.log, warn: (line) => warnings.push(line) };
  expect(await driver.writeConfig("calibration", 5)).toBe(false);
  expect([await driver.readConfig("calibration"), warnings]).toEqual([
    0,
    [expect.stringContaining("calibration belongs to a feature that was not negotiated")],
  ]);
});

test("a queue whose ring memory is taken away asks for a reset", async () => {
  const driver = await Driver.attach(ramDisk, { size: 4096 });
  const errors: string[] = [];
  driver.device.log = { ...driver.device.log, error: (line) => errors.push(line) };
  driver.link.memory.guest.clear();
  driver.link.kick(0);
  expect(errors).toEqual([expect.stringContaining("the memory of the ring was taken away [ring-address]")]);
});

test("requests that hang end the session: the driver loses its memory before it is told of the reset", async () => {
  vi.useFakeTimers();
  const backend = defineBackend({
    open: () => new RamDisk({ size: 4096 }),
    lane: () => ({ ...silent, getId: () => {} }),
  });
  const driver = await Driver.attach(backend, undefined);
  const errors: string[] = [];
  driver.device.log = { ...driver.device.log, error: (line) => errors.push(line) };
  const lost = driver.queue("requestq").send("GET_ID", { sector: 0 });
  lost.catch(() => {});
  driver.link.model.writeStatus(0);
  await vi.advanceTimersByTimeAsync(19_999);
  expect([driver.link.model.status, driver.link.memory.guest.regions.length]).toEqual([15, 1]);
  await vi.advanceTimersByTimeAsync(1);
  expect([driver.link.model.status, driver.link.memory.guest.regions.length]).toEqual([0, 0]);
  expect(errors).toEqual(["blk: requestq: 1 requests did not end within 20 s"]);
  vi.useRealTimers();
});

test("a suspended device tells of a configuration change when it goes on", async () => {
  const driver = await Driver.attach(ramDisk, { size: 4096 });
  const changes = vi.fn();
  driver.link.onConfigChange = changes;
  await driver.link.model.suspend();
  driver.device.config.capacity = 4;
  await Promise.resolve();
  expect(changes).not.toHaveBeenCalled();
  await driver.link.enableQueue(0);
  expect(changes).toHaveBeenCalledOnce();
  expect(await driver.readConfig("capacity")).toBe(4);
});

test("changes of one turn are told once, and each shows in the generation", async () => {
  const driver = await Driver.attach(ramDisk, { size: 4096 });
  const changes = vi.fn();
  driver.link.onConfigChange = changes;
  const before = await driver.link.configGeneration();
  driver.device.config.capacity = 4;
  driver.device.config.capacity = 5;
  await Promise.resolve();
  expect(changes).toHaveBeenCalledOnce();
  expect(await driver.link.configGeneration()).toBe(before + 2);
});

test("a device that needs a reset starts no queue before it was reset", async () => {
  const driver = await Driver.attach(ramDisk, { size: 4096 });
  driver.device.log = { ...driver.device.log, error: () => {} };
  const pending = driver.queue("requestq").send("GET_ID", { sector: 0 });
  await pending;
  driver.device.needsReset("a test");
  await driver.link.enableQueue(0);
  const lost = driver.queue("requestq").send("GET_ID", { sector: 0 });
  await new Promise((resolve) => setImmediate(resolve));
  expect(driver.queue("requestq").inFlight).toBe(1);
  await Promise.all([driver.restart(), expect(lost).rejects.toThrow("reset")]);
  expect(await driver.queue("requestq").send("GET_ID", { sector: 0 })).toMatchObject({ status: BlkStatus.OK });
});

test("after the end of a session the next driver finds the medium as it was", async () => {
  const first = await Driver.attach(ramDisk, { size: 4096 });
  await first.queue("requestq").send("OUT", { sector: 1, data: new Uint8Array(512).fill(9) });
  expect(() => new PlainLink(ramDisk as never, first.device)).toThrow("run by another model");
  await first.close();
  const link = new PlainLink(ramDisk as never, first.device);
  const second = await Driver.connect<{
    requestq: { IN: { toDevice: { sector: number }; room: { data: number }; toDriver: { data: Uint8Array } } };
  }>(link, BlkDefinition.description);
  const { data } = await second.queue("requestq").send("IN", { sector: 1 }, { data: 512 });
  expect(data.every((byte) => byte === 9)).toBe(true);
});

test("a behaviour whose hooks throw is logged by name, and the device goes on", async () => {
  class Clumsy extends Thermometer {
    override onReady(): void {
      throw new Error("not ready");
    }
    override onStopping(): void {
      throw new Error("not stopping");
    }
    override onReset(): void {
      throw new Error("not reset");
    }
    override calibrationWritten(): void {
      throw new Error("not calibrated");
    }
  }
  const errors: string[] = [];
  const backend = defineBackend({
    open: () => {
      const device = new Clumsy({ sensors: 1 });
      device.log = { ...device.log, error: (line) => errors.push(line.split("\n")[0] as string) };
      return device;
    },
  });
  const driver = await Driver.attach(backend, undefined);
  await driver.writeConfig("calibration", 3);
  await driver.restart();
  expect(errors).toEqual([
    "thermometer: onReset failed: Error: not reset",
    "thermometer: onReady failed: Error: not ready",
    "thermometer: calibrationWritten failed: Error: not calibrated",
    "thermometer: onStopping failed: Error: not stopping",
    "thermometer: onReset failed: Error: not reset",
    "thermometer: onReset failed: Error: not reset",
    "thermometer: onReady failed: Error: not ready",
  ]);
});

test("a field of a feature that is not offered cannot be set", () => {
  const disk = new RamDisk({ size: 4096, readOnly: true });
  const config = disk.config as unknown as { maxDiscardSeg: number };
  expect(() => {
    config.maxDiscardSeg = 1;
  }).toThrow("blk config.max_discard_seg does not exist with the features that are offered");
});
