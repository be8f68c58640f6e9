import { Block } from "../memory/block.js";
import { Codec, type Value } from "./codec.js";
import { ConfigError } from "./config-error.js";
import type { ConfigFields } from "./config-fields.js";
import type { DeviceDescription } from "./description.js";

/** A configuration space that other threads look at. */
export interface SharedConfig {
  readonly bytes: SharedArrayBuffer;
  /** One 32-bit word: goes up before a change and after it, so that it is odd while one is made. */
  readonly changes: SharedArrayBuffer;
}

/**
 * The configuration as another thread than the device's sees it: a copy, which is brought up to date as a whole before each
 * look at it. A field of several bytes is never half old and half new, as it could be in the shared bytes.
 */
export class ConfigMirror implements ConfigFields {
  readonly #device: DeviceDescription;
  readonly #codec: Codec;
  readonly #own: Block;
  readonly #bytes: Uint8Array;
  readonly #changes: Int32Array;
  #seen = -1;

  constructor(device: DeviceDescription, { bytes, changes }: SharedConfig) {
    this.#device = device;
    this.#codec = new Codec(device);
    this.#own = new Block(bytes.byteLength);
    this.#bytes = new Uint8Array(bytes);
    this.#changes = new Int32Array(changes);
  }

  get view(): DataView {
    for (let now = this.#now(); now !== this.#seen; now = this.#now()) {
      if ((now & 1) === 0) this.#copy(now);
    }
    return this.#own.view;
  }

  get(name: string): Value {
    const field = this.#device.config.fields.find((candidate) => candidate.name === name);
    if (field === undefined) throw new ConfigError("VDEV_CONFIG_ACCESS", `${this.#device.name} has no config.${name}`);
    return this.#codec.decode(field.type, this.view, field.at);
  }

  /** @throws ConfigError always: lanes cannot change it */
  set(name: string): void {
    throw new ConfigError("VDEV_CONFIG_ACCESS", `a lane may not change ${this.#device.name}'s config.${name}`);
  }

  #now(): number {
    return Atomics.load(this.#changes, 0);
  }

  /** Atomically byte by byte, so that no load is made after the one that then looks for further changes. */
  #copy(now: number): void {
    for (let i = 0; i < this.#bytes.length; i++) this.#own.bytes[i] = Atomics.load(this.#bytes, i);
    this.#seen = now;
  }
}
