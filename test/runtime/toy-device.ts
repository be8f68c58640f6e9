import { type BufferSlot, type MessageLayout, PoolBuffer, type Term } from "../../runtime/codegen.js";
import type { ConfigFields } from "../../runtime/virtio/config-fields.js";
import type { DeviceDescription } from "../../runtime/virtio/description.js";
import { CODEGEN, Device, type DeviceDefinition } from "../../runtime/virtio/device.js";
import type { MessageClass } from "../../runtime/virtio/message-class.js";
import type { Pool } from "../../runtime/virtio/pool.js";
import type { Request } from "../../runtime/virtio/request.js";

/** Its queues. */
export const REQUESTS = 0;
export const EVENTS = 1;

/** An eight-byte event: value le64. */
class ToyEvent extends PoolBuffer {
  static readonly layout: MessageLayout = { inputBase: 0, inputSize: 0, outputBase: 0, outputSize: 8 };
  static readonly terms: readonly Term[] = [];

  constructor(slot: BufferSlot) {
    super(slot, ToyEvent.layout);
  }

  set value(value: bigint) {
    this.output.view.setBigUint64(this.output.at, value, true);
  }

  override complete(): void {
    this.finish(0);
  }

  /** @internal */
  override prepare(): boolean {
    return this.openCommon(0, 0, 8, 0);
  }
}

const description: DeviceDescription = {
  name: "toy",
  id: 0xffff,
  title: "Toy device",
  features: [],
  negotiation: [],
  names: {},
  structs: {},
  config: {
    size: 8,
    fields: [
      { name: "size", type: { kind: "integer", width: 4 }, at: 0, notified: true },
      { name: "mode", type: { kind: "integer", width: 4 }, at: 4, access: "rw", max: 3, default: 0 },
    ],
  },
  messages: [],
  queues: [
    { name: "requests", index: REQUESTS, carries: "request" },
    { name: "events", index: EVENTS, carries: "event", whenEmpty: "hold" },
  ],
};

/** The fields as a behaviour sees them. */
class ToyConfig {
  readonly #space: ConfigFields;
  constructor(space: ConfigFields) {
    this.#space = space;
  }
  set size(value: number) {
    this.#space.set("size", value);
  }
}

/** A device whose request queue carries the given message. */
export function definitionOf(Message: MessageClass<Request<never>>): DeviceDefinition {
  return {
    codegen: CODEGEN,
    description,
    Config: ToyConfig,
    requests: { requests: Message },
    pools: { events: { Message: ToyEvent, whenEmpty: "hold" } },
  };
}

/** A disk as small as it gets, with a queue of events. */
export class ToyDevice extends Device {
  declare readonly events: Pool<ToyEvent>;
  resets = 0;

  constructor(definition: DeviceDefinition) {
    super(definition, { offer: [], config: { size: 7 } });
  }

  override onReset(): void {
    this.resets++;
  }
}
