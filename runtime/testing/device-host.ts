import type { TrafficOf } from "../virtio/backend.js";
import type { Device } from "../virtio/device.js";
import type { Driver, DriverOptions } from "./driver.js";

/** A driver and the device that it drives, wherever that runs. */
export interface AttachedDriver<D extends Device> {
  readonly driver: Driver<TrafficOf<D>>;
  /**
   * Calls a function with the device, where that runs: to look at what no driver can see, or to do what a program that
   * runs the device does.
   *
   * @param look may run in another process: it can use nothing but its arguments, and these and what it returns are copied
   */
  inside<Args extends readonly unknown[], Result>(
    look: (device: D, ...args: Args) => Result | Promise<Result>,
    ...args: Args
  ): Promise<Result>;
  /** What was logged until now as a warning or an error. */
  complaints(): Promise<readonly string[]>;
}

/** Runs devices of one behaviour for drivers under test, so that the same tests cover every way to reach a device. */
export interface DeviceHost<Options, D extends Device> {
  /** For names of tests. */
  readonly name: string;
  /** Makes a device and drives it; the device goes when the driver is closed. */
  attach(options: Options, setup?: DriverOptions): Promise<AttachedDriver<D>>;
  close(): Promise<void>;
}
