import { cTag, headerConstant, linuxName } from "../../model/c-names.js";
import type { DeviceModel } from "../../model/model.js";

/** What the C header calls things: Linux's names, where the definition has them. */
export class LinuxNames {
  readonly #device: DeviceModel;

  constructor(device: DeviceModel) {
    this.#device = device;
  }

  /** @param key `F_MQ` */
  constant(key: string): string {
    return headerConstant(this.#device.name, this.#device.linux, key);
  }

  /** @param key `config` */
  tag(key: string): string {
    const name = linuxName(this.#device.linux, key);
    if (name.startsWith("struct ")) return name.slice("struct ".length);
    return name.startsWith("virtio_") ? name : cTag(this.#device.name, name);
  }

  /** The name of a member that has one of its own in Linux. What lies deeper there cannot be a name here. */
  member(...keys: readonly string[]): string | undefined {
    const names = keys.map((key) => this.#device.linux?.names.get(key));
    return names.find((name) => name !== undefined && /^[a-z]\w*$/.test(name));
  }

  /** Whether the struct of a member is written out in place. */
  isInline(key: string): boolean {
    return this.#device.linux?.inline.includes(key) ?? false;
  }
}
