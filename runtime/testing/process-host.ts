import type { TrafficOf } from "../virtio/backend.js";
import type { Device } from "../virtio/device.js";
import type { AttachedDriver, DeviceHost } from "./device-host.js";
import { DeviceProcess } from "./device-process.js";
import { Driver, type DriverOptions } from "./driver.js";
import { VhostUserLink, type VhostUserLinkOptions } from "./vhost-user-link.js";

/** Runs devices in another process, reached by vhost-user: one process for all, one session a device. */
export class ProcessHost<Options, D extends Device> implements DeviceHost<Options, D> {
  readonly name: string;
  readonly #module: URL;
  readonly #link: VhostUserLinkOptions;
  readonly #setup: DriverOptions;
  #process: Promise<DeviceProcess> | undefined;

  /**
   * @param module whose default export is the behaviour's `Backend`
   * @param link how the device is reached
   * @param setup what drivers do unless they are told otherwise
   */
  constructor(module: URL, link: VhostUserLinkOptions = {}, setup: DriverOptions = {}) {
    const without = link.withoutProtocol ?? [];
    const packed = setup.packed === true ? ", packed" : "";
    this.name = `vhost-user${without.length > 0 ? ` without ${without.join(", ")}` : ""}${packed}`;
    this.#module = module;
    this.#link = link;
    this.#setup = setup;
  }

  async attach(options: Options, setup: DriverOptions = {}): Promise<AttachedDriver<D>> {
    this.#process ??= DeviceProcess.start(this.#module);
    const device = await (await this.#process).serve(options, true);
    const link = await VhostUserLink.connect(device.path, this.#link);
    const driver = await Driver.connect<TrafficOf<D>>(link, device.description, { ...this.#setup, ...setup });
    return {
      driver,
      inside: (look, ...args) => device.inside(look, args) as Promise<never>,
      complaints: async () => {
        // What was logged before has come when the answer to this does.
        await device.inside(() => {}, []);
        return device.log.filter(({ level }) => level === "warn" || level === "error").map(({ message }) => message);
      },
    };
  }

  async close(): Promise<void> {
    const started = this.#process;
    this.#process = undefined;
    await (await started)?.kill();
  }
}
