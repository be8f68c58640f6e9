import type { DeviceModel } from "../virtio/device-model.js";
import { DeviceStatus } from "../virtio/device-status.js";

/** What a driver has written when its features are final. */
const AGREED = DeviceStatus.ACKNOWLEDGE | DeviceStatus.DRIVER | DeviceStatus.FEATURES_OK;

/**
 * The device status register. Frontends without STATUS never write it, and some with it write no more than FEATURES_OK
 * (QEMU's generic device): they mean that the driver is ready when its first ring runs. Others pass on what the driver
 * writes.
 */
export class DriverStatus {
  readonly #model: DeviceModel;
  /** The frontend passes on what the driver writes, so that nothing is implied. */
  #passedOn = false;

  constructor(model: DeviceModel) {
    this.#model = model;
  }

  /** Whether the features are final. */
  get agreed(): boolean {
    return (this.#model.status & DeviceStatus.FEATURES_OK) !== 0;
  }

  /**
   * Whether the driver may be further than the frontend has told: QEMU's generic device tells of the features when the first ring
   * runs, and passes on before what the driver writes to the configuration space.
   */
  get early(): boolean {
    return !this.#passedOn && !this.agreed;
  }

  /** Whether only a reset helps the device. */
  get needsReset(): boolean {
    return (this.#model.status & DeviceStatus.DEVICE_NEEDS_RESET) !== 0;
  }

  /** The frontend writes the register, other than 0. False where the device did not take the features. */
  write(value: number): boolean {
    if ((value & DeviceStatus.DRIVER) !== 0) this.#passedOn = true;
    this.#model.writeStatus(value);
    return (value & DeviceStatus.FEATURES_OK) === 0 || this.agreed;
  }

  /** A ring is about to run: the features are final. False where the device does not take them. */
  agree(): boolean {
    if (!this.#passedOn && !this.agreed) this.#model.writeStatus(this.#model.status | AGREED);
    return this.#passedOn || this.agreed;
  }

  /** A ring runs: the driver is ready. */
  ready(): void {
    const { status } = this.#model;
    if (this.#passedOn || (status & DeviceStatus.DRIVER_OK) !== 0) return;
    this.#model.writeStatus(status | AGREED | DeviceStatus.DRIVER_OK);
  }
}
