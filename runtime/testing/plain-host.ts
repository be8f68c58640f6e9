import type { Logger } from "../log.js";
import type { Backend } from "../virtio/backend.js";
import type { Device } from "../virtio/device.js";
import type { AttachedDriver, DeviceHost } from "./device-host.js";
import { Driver, type DriverOptions } from "./driver.js";

/** Runs devices in this process, on plain memory. */
export class PlainHost<Options, D extends Device> implements DeviceHost<Options, D> {
  readonly name: string;
  readonly #backend: Backend<Options, D>;
  readonly #setup: DriverOptions;

  /** @param setup what drivers do unless they are told otherwise */
  constructor(backend: Backend<Options, D>, setup: DriverOptions = {}) {
    this.name = `plain memory${setup.packed === true ? ", packed" : ""}`;
    this.#backend = backend;
    this.#setup = setup;
  }

  async attach(options: Options, setup: DriverOptions = {}): Promise<AttachedDriver<D>> {
    const lines: string[] = [];
    const complain = (message: string) => void lines.push(message);
    const log: Logger = { debug: () => {}, info: () => {}, warn: complain, error: complain };
    const open = (): D => Object.assign(this.#backend.open(options), { log });
    const driver = await Driver.attach<void, D>({ ...this.#backend, open }, undefined, { ...this.#setup, ...setup });
    return {
      driver,
      inside: async (look, ...args) => look(driver.device, ...args),
      complaints: async () => lines,
    };
  }

  async close(): Promise<void> {}
}
