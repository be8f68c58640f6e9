import { afterEach, expect, test, vi } from "vitest";
import thermometer from "../../definitions/thermometer/thermometer.js";
import { ThermometerDefinition } from "../../generated/thermometer.js";
import { Driver, type DriverOptions, PlainLink } from "../../runtime/testing/index.js";
import { FeatureSet } from "../../runtime/virtio/feature-set.js";

const { description } = ThermometerDefinition;
const link = () => new PlainLink(thermometer, thermometer.open({ sensors: 1 }));

afterEach(() => void vi.useRealTimers());

test.each<[DriverOptions, string]>([
  [{ accept: ["ALRAM"] }, "thermometer has no feature ALRAM; it has ALARM, HISTORY, CALIBRATE"],
  [
    { without: ["EVENT_INDEX" as never] },
    "virtio has no transport feature EVENT_INDEX; it has INDIRECT_DESC, EVENT_IDX",
  ],
])("%j names what does not exist", async (options, message) => {
  await expect(Driver.connect(link(), description, options)).rejects.toThrow(message);
});

test("names that do not exist are answered with those that do", async () => {
  const driver = await Driver.attach(thermometer, { sensors: 1 });
  expect(() => driver.negotiated("FLUSH")).toThrow(
    "thermometer has no feature FLUSH; it has ALARM, HISTORY, CALIBRATE",
  );
  const config = "thermometer has no config.sensor; it has sensors, ";
  await expect(driver.readConfig("sensor")).rejects.toThrow(config);
  await expect(driver.writeConfig("sensor", 1)).rejects.toThrow(config);
  expect(() => driver.queue("alarmq" as never)).toThrow(/no queue alarmq\[0\] .*; it has requestq, eventq$/);
  await driver.close();
});

test("a refusal of the features says why", async () => {
  const refusing = link();
  refusing.device.log = { ...refusing.device.log, warn: () => {} };
  refusing.offeredFeatures = async () => FeatureSet.of(0, 1, 2);
  await expect(Driver.connect(refusing, description)).rejects.toThrow(
    "the device refused the features: VERSION_1 is missing",
  );
});

test("a device that is still busy with its last driver is waited for", async () => {
  const slow = link();
  let reads = 0;
  const { readStatus } = slow;
  slow.readStatus = async () => (reads++ < 5 ? 0x0f : readStatus.call(slow));
  const driver = await Driver.connect(slow, description);
  expect(reads).toBeGreaterThan(5);
  await driver.close();
});

test("a device that never completes its reset is given up, and what it held is named", async () => {
  const stuck = link();
  const driver = await Driver.connect<{ eventq: { alarm: { toDevice: object; room: object; toDriver: object } } }>(
    stuck,
    description,
  );
  driver
    .queue("eventq")
    .send("alarm")
    .catch(() => {});
  stuck.readStatus = async () => 0x0f;
  vi.useFakeTimers({ toFake: ["performance"] });
  const failed = expect(driver.reset()).rejects.toThrow(
    "thermometer did not complete its reset in 30 s; in flight: eventq: 1 alarm",
  );
  vi.advanceTimersByTime(31_000);
  await failed;
});
