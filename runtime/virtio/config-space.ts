import { Block } from "../memory/block.js";
import { Codec, nameOf, sizeOf, type Value } from "./codec.js";
import { ConfigError } from "./config-error.js";
import type { ConfigFields } from "./config-fields.js";
import type { SharedConfig } from "./config-mirror.js";
import type { ConfigFieldDescription, DeviceDescription } from "./description.js";
import { DeviceStatus } from "./device-status.js";
import { evaluate, type Scope } from "./expression.js";

/** Most bytes of one read by the driver. */
const READ_MAX = 4096;

/** The device configuration space (VIRTIO 2.5): the bytes that the driver sees, and the rules for changing them. */
export class ConfigSpace implements ConfigFields {
  /** Changes whenever the driver could see a torn or a new value (VIRTIO 2.5.1); 32 bits, wrapping. */
  generation = 0;
  /** The bytes; fields lie at the offsets that the description says. */
  readonly view: DataView;
  /** Called when the device changed a field whose changes the driver hears of. */
  onNotifiedChange: () => void = () => {};
  readonly #device: DeviceDescription;
  readonly #codec: Codec;
  readonly #block: Block;
  /** For lanes on other threads. */
  readonly shared: SharedConfig;
  readonly #changes: Int32Array;
  /** What a device reset restores. */
  readonly #restored: Block;
  /** What names in the description's expressions stand for: offered features, and the fields' values. */
  readonly #scope: Scope;
  readonly #fields: ReadonlyMap<string, ConfigFieldDescription>;
  /** Fields that exist with the offered features. */
  readonly #present: ReadonlySet<ConfigFieldDescription>;

  /**
   * @param offered whether the device offers a feature: fields of others stay zero
   * @param values the initial value of each field that exists and has no default, by TypeScript name
   * @throws ConfigError where one is missing or not allowed
   */
  constructor(
    device: DeviceDescription,
    offered: (feature: string) => boolean,
    values: Readonly<Record<string, Value>>,
  ) {
    const { size, fields } = device.config;
    this.#device = device;
    this.#codec = new Codec(device);
    this.shared = { bytes: new SharedArrayBuffer(size), changes: new SharedArrayBuffer(4) };
    this.#block = new Block(this.shared.bytes);
    this.#changes = new Int32Array(this.shared.changes);
    this.#restored = new Block(size);
    this.view = this.#block.view;
    this.#fields = new Map(fields.map((field) => [field.name, field]));
    this.#scope = { feature: offered, config: (name) => this.value(name) };
    this.#present = new Set(fields.filter((field) => field.if === undefined || evaluate(field.if, this.#scope) !== 0));
    const initial = [...this.#present].map((field) => [field, this.#initial(field, values[nameOf(field)])] as const);
    // Bounds may refer to any other field: all values go in before the first is checked.
    for (const [field, value] of initial) if (value !== undefined) this.#encode(field, value);
    for (const [field, value] of initial) if (value !== undefined) this.#check(field, value);
    this.generation = 0;
  }

  get size(): number {
    return this.#block.byteLength;
  }

  /** A field's value as a program sees it, by wire name. */
  get(name: string): Value {
    const field = this.#field(name);
    return this.#codec.decode(field.type, this.view, field.at);
  }

  /** An integer field's value, for expressions. */
  value(name: string): number {
    const value = this.get(name);
    return typeof value === "number" ? value : Number(value as bigint);
  }

  /**
   * Changes a field from the device's side.
   *
   * @throws ConfigError where the value is not one that the definition allows
   */
  set(name: string, value: Value): void {
    const field = this.#field(name);
    if (!this.#present.has(field)) {
      throw new ConfigError(
        "VDEV_CONFIG_ACCESS",
        `${this.#label(field)} does not exist with the features that are offered`,
      );
    }
    this.#check(field, value);
    this.#encode(field, value);
    if (field.notified) this.onNotifiedChange();
  }

  /** A copy of bytes; those beyond the end read as zero. @throws ConfigError where the range is not one */
  read(offset: number, length: number): Uint8Array {
    if (!(Number.isInteger(offset) && offset >= 0 && Number.isInteger(length) && length >= 0 && length <= READ_MAX)) {
      throw new ConfigError("VDEV_CONFIG_RANGE", `configuration bytes ${offset}, length ${length}`);
    }
    const bytes = new Uint8Array(length);
    if (offset < this.size) bytes.set(this.#block.bytes.subarray(offset, Math.min(offset + length, this.size)));
    return bytes;
  }

  /**
   * A write by the driver: whole fields that it may write in this state, with values that the definition allows. All or
   * nothing. A field that can only be written once the features are agreed also needs its feature to be negotiated.
   *
   * QEMU's generic device sends the whole space, as it last read it, whatever its driver wrote of it: of such a write only the
   * driver's fields count, and of these those that would change.
   *
   * @returns the fields that were written, with their new values
   * @throws ConfigError that names the byte or field otherwise
   */
  write(
    offset: number,
    bytes: Uint8Array,
    status: number,
    accepted: (feature: string) => boolean,
  ): (readonly [ConfigFieldDescription, Value])[] {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const own = this.#isWhole(offset, bytes.length)
      ? this.#own.filter((field) => !this.#isSame(field, bytes))
      : this.#fieldsFrom(offset, offset + bytes.length);
    const written = own.map((field): [ConfigFieldDescription, Value] => {
      this.#checkAccess(field, status, accepted);
      const value = this.#codec.decode(field.type, view, field.at - offset);
      this.#check(field, value);
      return [field, value];
    });
    this.#change(() => {
      for (const [field, value] of written) {
        if (field.access === "rw") this.#codec.encode(field.type, this.view, field.at, value);
      }
    });
    return written;
  }

  /** Undoes what the driver wrote, except where the definition says that a reset keeps it. */
  reset(): void {
    this.#change(() => {
      for (const field of this.#present) {
        if (field.access === undefined || field.keep) continue;
        const size = sizeOf(this.#device, field.type);
        this.#block.bytes.set(this.#restored.bytes.subarray(field.at, field.at + size), field.at);
      }
    });
  }

  /** Changes bytes in a way that other threads can tell from a change that is only half made. */
  #change(change: () => void): void {
    Atomics.add(this.#changes, 0, 1);
    try {
      change();
    } finally {
      Atomics.add(this.#changes, 0, 1);
    }
  }

  #initial(field: ConfigFieldDescription, given: Value | undefined): Value | undefined {
    const isLate = field.access === "w" || field.access === "w1c" || field.union !== undefined;
    const optional = field.type.kind === "reserved" || isLate;
    const value = given ?? field.default;
    if (value !== undefined || optional) return value;
    throw new ConfigError("VDEV_CONFIG_VALUE", `${this.#label(field)} has no initial value`);
  }

  #encode(field: ConfigFieldDescription, value: Value): void {
    try {
      this.#change(() => this.#codec.encode(field.type, this.view, field.at, value));
    } catch (error) {
      throw new ConfigError("VDEV_CONFIG_VALUE", `${this.#label(field)}: ${(error as Error).message}`);
    }
    const size = sizeOf(this.#device, field.type);
    this.#restored.bytes.set(this.#block.bytes.subarray(field.at, field.at + size), field.at);
    this.generation = (this.generation + 1) >>> 0;
  }

  /** Fields that the driver may write. */
  get #own(): readonly ConfigFieldDescription[] {
    return [...this.#present].filter(({ access }) => access !== undefined);
  }

  /** Whether a range is all of the space: from its beginning, with all that the driver may write, and more than that. */
  #isWhole(offset: number, length: number): boolean {
    const ends = this.#own.map(({ at, type }) => at + sizeOf(this.#device, type));
    const size = this.#own.reduce((sum, { type }) => sum + sizeOf(this.#device, type), 0);
    return offset === 0 && size > 0 && length > size && length >= Math.max(...ends);
  }

  #isSame({ at, type }: ConfigFieldDescription, bytes: Uint8Array): boolean {
    return this.read(at, sizeOf(this.#device, type)).every((byte, i) => byte === bytes[at + i]);
  }

  /** The driver's fields that make up a range. */
  #fieldsFrom(offset: number, end: number): readonly ConfigFieldDescription[] {
    const fields: ConfigFieldDescription[] = [];
    for (let at = offset; at < end; ) {
      const field = this.#own.find((candidate) => candidate.at === at);
      if (field === undefined || at + sizeOf(this.#device, field.type) > end) {
        throw new ConfigError(
          "VDEV_CONFIG_ACCESS",
          `the driver may not write byte ${at} of ${this.#device.name}'s config`,
        );
      }
      fields.push(field);
      at += sizeOf(this.#device, field.type);
    }
    return fields;
  }

  /** @throws ConfigError where the driver may not write a field yet, or without a feature */
  #checkAccess(field: ConfigFieldDescription, status: number, accepted: (feature: string) => boolean): void {
    const needed = field.from === undefined ? 0 : DeviceStatus[field.from];
    if ((status & needed) !== needed) {
      throw new ConfigError("VDEV_CONFIG_ACCESS", `${this.#label(field)} may be written from ${field.from} on`);
    }
    const usable = field.from === undefined || field.if === undefined;
    if (usable || evaluate(field.if, { ...this.#scope, feature: accepted }) !== 0) return;
    throw new ConfigError("VDEV_CONFIG_ACCESS", `${this.#label(field)} belongs to a feature that was not negotiated`);
  }

  #check(field: ConfigFieldDescription, value: Value): void {
    if (typeof value !== "number") return;
    const min = field.min === undefined ? -Infinity : evaluate(field.min, this.#scope);
    const max = field.max === undefined ? Infinity : evaluate(field.max, this.#scope);
    const step = field.multipleOf ?? 1;
    const power = field.powerOfTwo !== true || (value > 0 && Number.isInteger(Math.log2(value)));
    if (value >= min && value <= max && value % step === 0 && power) return;
    throw new ConfigError("VDEV_CONFIG_VALUE", `${this.#label(field)} may not be ${value}${allowed(min, max, step)}`);
  }

  #field(name: string): ConfigFieldDescription {
    const field = this.#fields.get(name);
    if (field === undefined) throw new ConfigError("VDEV_CONFIG_ACCESS", `${this.#device.name} has no config.${name}`);
    return field;
  }

  #label(field: ConfigFieldDescription): string {
    return `${this.#device.name} config.${field.name}`;
  }
}

function allowed(min: number, max: number, step: number): string {
  const range = min > -Infinity || max < Infinity ? ` (${min} to ${max})` : "";
  return step > 1 ? `${range} (a multiple of ${step})` : range;
}
