import type { DeviceTypeSuffix } from "../model/generated-names.js";
import type { DeviceModel, Feature, Message, NameList, Queue, Struct } from "../model/model.js";
import type { Imports } from "./imports.js";
import { identifier } from "./names-in-code.js";

/** One device on its way to TypeScript: its model, with lookups, and what the file takes from the runtime. */
export class Emission {
  readonly device: DeviceModel;
  readonly imports: Imports;
  /** Features that can be offered. */
  readonly features: readonly Feature[];
  readonly #structs: ReadonlyMap<string, Struct>;
  readonly #names: ReadonlyMap<string, NameList>;

  constructor(device: DeviceModel, imports: Imports) {
    this.device = device;
    this.imports = imports;
    this.features = device.features.filter((feature) => !feature.legacy);
    this.#structs = new Map(device.structs.map((struct) => [struct.name, struct]));
    this.#names = new Map(device.names.map((list) => [list.name, list]));
  }

  /** A name of this device: `BlkDevice`. */
  named(suffix: DeviceTypeSuffix): string {
    return identifier(this.device.ts + suffix);
  }

  /** In words: `block device`. */
  get title(): string {
    return `${this.device.name} device`;
  }

  /** Whether the types of this device have a parameter for features. */
  get hasFeatures(): boolean {
    return this.features.length > 0;
  }

  struct(name: string): Struct {
    return found(this.#structs.get(name), "struct", name);
  }

  nameList(name: string): NameList {
    return found(this.#names.get(name), "list of names", name);
  }

  message(name: string): Message {
    return found(
      this.device.messages.find((message) => message.name === name),
      "message",
      name,
    );
  }

  queuesOf(message: Message): readonly Queue[] {
    return this.device.queues.filter((queue) => queue.carries === message.name);
  }

  /** Messages that the device fills when it has something to say; all others are requests. */
  isPool(message: Message): boolean {
    const queues = this.queuesOf(message);
    const pools = queues.filter((queue) => queue.whenEmpty !== undefined);
    if (pools.length > 0 && pools.length < queues.length) {
      throw new Error(`message ${message.name} on both kinds of queues is not supported yet`);
    }
    return pools.length > 0;
  }
}

function found<T>(item: T | undefined, what: string, name: string): T {
  if (item === undefined) throw new Error(`the model has no ${what} ${name}`);
  return item;
}
