import {
  ThermometerAlarmKind,
  ThermometerDevice,
  type ThermometerRead,
  type ThermometerReadHistory,
  type ThermometerSetLimits,
  ThermometerStatus,
} from "../../generated/thermometer.js";
import { defineBackend } from "../../runtime/index.js";

class Alarming extends ThermometerDevice<"ALARM"> {
  read(request: ThermometerRead): void {
    request.sample.temperature = 1;
    request.complete(ThermometerStatus.OK);
  }
  setLimits(request: ThermometerSetLimits): void {
    request.complete(ThermometerStatus.OK);
  }
  alarm(): void {
    // @ts-expect-error the eventq exists with ALARM only
    void this.eventq;
    if (!this.negotiated("ALARM")) return;
    this.eventq.post((alarm) => {
      alarm.alarm = ThermometerAlarmKind.TOO_HOT;
      // @ts-expect-error there is no such alarm
      alarm.alarm = 2;
    });
  }
}

// A history is as long as the behaviour says.
export function history(request: ThermometerReadHistory, plain: ThermometerRead): void {
  request.samples.length = 1;
  request.samples.at(0).time = request.since;
  // @ts-expect-error the driver chose the sensor
  request.sensor = 1;
  // @ts-expect-error this kind has no samples
  void plain.samples;
}

export const alarming = defineBackend({
  open: () => new Alarming({ offer: ["ALARM"], config: { sensors: 1, resolution: 100 } }),
});
export const incomplete = defineBackend({
  // @ts-expect-error the resolution is missing
  open: () => new Alarming({ offer: ["ALARM"], config: { sensors: 1 } }),
});
