import { Codec, nameOf, sizeOf, type Value } from "../virtio/codec.js";
import type { DeviceDescription, FieldDescription } from "../virtio/description.js";
import type { DeviceLink } from "./device-link.js";

/** The configuration space as a driver reaches it: by field. */
export class DriverConfig {
  readonly #link: DeviceLink;
  readonly #device: DeviceDescription;
  readonly #codec: Codec;

  constructor(link: DeviceLink, device: DeviceDescription) {
    this.#link = link;
    this.#device = device;
    this.#codec = new Codec(device);
  }

  /** Reads a field, again where the device changed it meanwhile (VIRTIO 2.5.1). */
  async read(name: string): Promise<Value> {
    const field = this.#field(name);
    const size = sizeOf(this.#device, field.type);
    for (;;) {
      const before = await this.#link.configGeneration();
      const bytes = await this.#link.readConfig(field.at, size);
      if (before !== (await this.#link.configGeneration())) continue;
      return this.#codec.decode(field.type, new DataView(bytes.buffer), 0);
    }
  }

  /** False where the device refused. */
  async write(name: string, value: Value): Promise<boolean> {
    const field = this.#field(name);
    const bytes = new Uint8Array(sizeOf(this.#device, field.type));
    this.#codec.encode(field.type, new DataView(bytes.buffer), 0, value);
    return this.#link.writeConfig(field.at, bytes);
  }

  #field(name: string): FieldDescription {
    const fields = this.#device.config.fields.filter(({ type }) => type.kind !== "reserved");
    const field = fields.find((candidate) => candidate.name === name || nameOf(candidate) === name);
    if (field !== undefined) return field;
    const known = fields.map((candidate) => candidate.name).join(", ");
    throw new Error(`${this.#device.name} has no config.${name}; it has ${known || "none"}`);
  }
}
