import {
  ThermometerAlarmKind,
  ThermometerConstant,
  ThermometerDevice,
  type ThermometerRead,
  type ThermometerReadHistory,
  type ThermometerSetLimits,
  ThermometerStatus,
} from "../../generated/thermometer.js";
import { type Backend, defineBackend } from "../../runtime/index.js";

/** A sensor: its readings, newest last, and the limits that it should stay in. Temperatures are in millidegrees Celsius. */
class Sensor {
  readonly readings: { time: bigint; temperature: number }[] = [];
  low = Number.NEGATIVE_INFINITY;
  high = Number.POSITIVE_INFINITY;
}

export interface ThermometerOptions {
  /** How many there are; 1 where absent. */
  readonly sensors?: number;
}

/** A thermometer whose readings are reported by the program that runs it. */
export class Thermometer extends ThermometerDevice<"ALARM" | "HISTORY" | "CALIBRATE"> {
  readonly #sensors: Sensor[];

  constructor({ sensors = 1 }: ThermometerOptions = {}) {
    super({
      offer: ["ALARM", "HISTORY", "CALIBRATE"],
      config: { sensors, resolution: 100, calibration: 0 },
    });
    this.#sensors = Array.from({ length: sensors }, () => new Sensor());
  }

  /** A sensor was read. Tells the driver if the temperature is outside of its limits. */
  report(index: number, temperature: number): void {
    const sensor = this.#sensors[index];
    if (sensor === undefined) throw new RangeError(`there is no sensor ${index}`);
    sensor.readings.push({ time: BigInt(Date.now()) * 1_000_000n, temperature });
    if (sensor.readings.length > ThermometerConstant.HISTORY_MAX) sensor.readings.shift();
    const { TOO_COLD, TOO_HOT } = ThermometerAlarmKind;
    if (temperature < sensor.low) this.#alarm(index, TOO_COLD, temperature);
    if (temperature > sensor.high) this.#alarm(index, TOO_HOT, temperature);
  }

  read(request: ThermometerRead): void {
    const reading = this.#sensors[request.sensor]?.readings.at(-1);
    if (reading === undefined) return request.complete(ThermometerStatus.NO_SENSOR);
    request.sample.time = reading.time;
    request.sample.temperature = reading.temperature + this.#calibration;
    request.complete(ThermometerStatus.OK);
  }

  setLimits(request: ThermometerSetLimits): void {
    const sensor = this.#sensors[request.sensor];
    if (sensor === undefined) return request.complete(ThermometerStatus.NO_SENSOR);
    sensor.low = request.low;
    sensor.high = request.high;
    request.complete(ThermometerStatus.OK);
  }

  readHistory(request: ThermometerReadHistory): void {
    const sensor = this.#sensors[request.sensor];
    if (sensor === undefined) return request.complete(ThermometerStatus.NO_SENSOR);
    const readings = sensor.readings.filter(({ time }) => time >= request.since).slice(0, request.samples.capacity);
    request.samples.length = readings.length;
    for (const [i, { time, temperature }] of readings.entries()) {
      const sample = request.samples.at(i);
      sample.time = time;
      sample.temperature = temperature + this.#calibration;
    }
    request.complete(ThermometerStatus.OK);
  }

  calibrationWritten(value: number): void {
    this.log.info(`calibration is now ${value} millidegrees`);
  }

  override onReset(): void {
    for (const sensor of this.#sensors) {
      sensor.low = Number.NEGATIVE_INFINITY;
      sensor.high = Number.POSITIVE_INFINITY;
    }
  }

  get #calibration(): number {
    return this.negotiated("CALIBRATE") ? this.config.calibration : 0;
  }

  #alarm(sensor: number, kind: ThermometerAlarmKind, temperature: number): void {
    if (!this.negotiated("ALARM")) return;
    this.eventq.post((alarm) => {
      alarm.sensor = sensor;
      alarm.alarm = kind;
      alarm.temperature = temperature;
    });
  }
}

const backend: Backend<ThermometerOptions, Thermometer> = defineBackend({
  open: (options: ThermometerOptions) => new Thermometer(options),
  program: { options: [{ name: "sensors", type: "integer", help: "sensors that there are (default: 1)" }] },
});
export default backend;
