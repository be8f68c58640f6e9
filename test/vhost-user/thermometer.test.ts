import { afterAll, describe, expect, test } from "vitest";
import thermometer, { type Thermometer } from "../../definitions/thermometer/thermometer.js";
import { ThermometerAlarmKind, ThermometerStatus } from "../../generated/thermometer.js";
import { type DeviceHost, PlainHost, ProcessHost } from "../../runtime/testing/index.js";

const hosts: readonly DeviceHost<{ readonly sensors: number }, Thermometer>[] = [
  new PlainHost(thermometer),
  new PlainHost(thermometer, { packed: true }),
  new ProcessHost(new URL("../../definitions/thermometer/thermometer.js", import.meta.url)),
];

describe.each(hosts)("over $name", (host) => {
  afterAll(() => host.close());

  /** A thermometer, and its readings. */
  async function attach(sensors: number) {
    const { driver, inside } = await host.attach({ sensors });
    const report = (sensor: number, temperature: number) =>
      inside((device, ...reading) => device.report(...reading), sensor, temperature);
    return { driver, report };
  }

  test("a sensor is read", async () => {
    const { driver, report } = await attach(2);
    await report(1, 21_500);
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
    const { driver, report } = await attach(1);
    for (const temperature of [1000, 2000, 3000]) await report(0, temperature);
    const { samples } = await driver.queue("requestq").send("READ_HISTORY", { sensor: 0, since: 0n }, { samples: 2 });
    expect(samples.map((sample) => sample.temperature)).toEqual([1000, 2000]);
    await driver.close();
  });

  test("a sensor that leaves its limits raises an alarm", async () => {
    const { driver, report } = await attach(1);
    await driver.queue("requestq").send("SET_LIMITS", { sensor: 0, low: 18_000, high: 25_000 });
    await report(0, 26_000);
    expect(await driver.queue("eventq").send("alarm")).toMatchObject({
      sensor: 0,
      alarm: ThermometerAlarmKind.TOO_HOT,
      temperature: 26_000,
    });
    await driver.close();
  });

  test("the driver's calibration is added to what it reads", async () => {
    const { driver, report } = await attach(1);
    await report(0, 20_000);
    await driver.writeConfig("calibration", -500);
    expect(await driver.queue("requestq").send("READ", { sensor: 0 })).toMatchObject({
      sample: { temperature: 19_500 },
    });
    await driver.close();
  });
});
