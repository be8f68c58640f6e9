import thermometer from "../../definitions/thermometer/thermometer.js";
import { ThermometerAlarmKind } from "../../generated/thermometer.js";
import { Driver } from "../../runtime/testing/index.js";

const KIND = { [ThermometerAlarmKind.TOO_COLD]: "too cold", [ThermometerAlarmKind.TOO_HOT]: "too hot" };

/** Reads a sensor, sets its limits, heats it until it raises an alarm; says what was seen. */
export async function driveThermometer(progress: (text: string) => void): Promise<string[]> {
  const driver = await Driver.attach(thermometer, { sensors: 3 });
  const requests = driver.queue("requestq");

  driver.device.report(1, 21_500);
  const { sample } = await requests.send("READ", { sensor: 1 });

  await requests.send("SET_LIMITS", { sensor: 1, low: 18_000, high: 25_000 });
  const alarm = driver.queue("eventq").send("alarm");
  for (let temperature = 22_000; temperature <= 26_000; temperature += 1_000) {
    driver.device.report(1, temperature);
    progress(`sensor 1 at ${celsius(temperature)}`);
  }
  const event = await alarm;

  const { samples } = await requests.send("READ_HISTORY", { sensor: 1, since: 0n }, { samples: 64 });
  await driver.writeConfig("calibration", -500);
  const calibrated = await requests.send("READ", { sensor: 1 });
  await driver.close();
  return [
    `Thermometer: sensor 1 read ${celsius(sample.temperature)}`,
    `  limits set to 18.0 °C and 25.0 °C, then heated: alarm from sensor ${event.sensor}, ${KIND[event.alarm]}, ${celsius(event.temperature)}`,
    `  history: ${samples.map(({ temperature }) => celsius(temperature)).join(", ")}`,
    `  calibrated by -0.5 °C through the configuration space: it reads ${celsius(calibrated.sample.temperature)}`,
  ];
}

function celsius(millidegrees: number): string {
  return `${(millidegrees / 1000).toFixed(1)} °C`;
}
