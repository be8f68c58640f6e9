import { expect, test } from "vitest";
import { ThermometerAlarmKind, ThermometerStatus } from "../../generated/thermometer.js";
import { Driver } from "../../runtime/testing/index.js";
import thermometer from "./thermometer.js";

test("a sensor is read", async () => {
  const driver = await Driver.attach(thermometer, { sensors: 2 });
  driver.device.report(1, 21_500);
  expect(await driver.queue("requestq").send("READ", { sensor: 1 })).toMatchObject({
    status: ThermometerStatus.OK,
    sample: { temperature: 21_500 },
  });
  expect(await driver.queue("requestq").send("READ", { sensor: 7 })).toMatchObject({
    status: ThermometerStatus.NO_SENSOR,
  });
  await driver.close();
});

test("the history is as long as the driver has room for", async () => {
  const driver = await Driver.attach(thermometer, { sensors: 1 });
  for (const temperature of [1000, 2000, 3000]) driver.device.report(0, temperature);
  const { samples } = await driver.queue("requestq").send("READ_HISTORY", { sensor: 0, since: 0n }, { samples: 2 });
  expect(samples.map((sample) => sample.temperature)).toEqual([1000, 2000]);
  await driver.close();
});

test("a sensor that leaves its limits raises an alarm", async () => {
  const driver = await Driver.attach(thermometer, { sensors: 1 });
  await driver.queue("requestq").send("SET_LIMITS", { sensor: 0, low: 18_000, high: 25_000 });
  driver.device.report(0, 26_000);
  expect(await driver.queue("eventq").send("alarm")).toMatchObject({
    sensor: 0,
    alarm: ThermometerAlarmKind.TOO_HOT,
    temperature: 26_000,
  });
  await driver.close();
});

test("the driver's calibration is added to what it reads", async () => {
  const driver = await Driver.attach(thermometer, { sensors: 1 });
  driver.device.report(0, 20_000);
  await driver.writeConfig("calibration", -500);
  expect(await driver.queue("requestq").send("READ", { sensor: 0 })).toMatchObject({ sample: { temperature: 19_500 } });
  await driver.close();
});
