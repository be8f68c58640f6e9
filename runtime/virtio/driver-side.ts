import { Codec, nameOf, type Value } from "./codec.js";
import type { DeviceDescription, MessageDescription } from "./description.js";
import { evaluate } from "./expression.js";
import { MessageCodec, type Surroundings, type Values } from "./message-codec.js";

/** One kind of request as generated code describes it in types. */
export interface Exchanged {
  readonly toDevice: object;
  readonly room: object;
  readonly toDriver: object;
}

type Of<Queues, Q extends keyof Queues, K extends keyof Queues[Q]> = Queues[Q][K] extends Exchanged
  ? Queues[Q][K]
  : never;

/** What a driver puts on a ring. */
export interface BuiltRequest {
  /** The device-readable part. */
  readonly readable: Uint8Array;
  /** Bytes of the device-writable part. */
  readonly writable: number;
}

/** What layouts depend on: the negotiated features, and the configuration as the driver read it. */
export interface DriverSetup<Feature extends string> {
  readonly features?: readonly Feature[];
  /** The configuration space. */
  readonly config?: Uint8Array;
}

/**
 * The driver's side of a device type: builds requests, and reads answers and the configuration, all as bytes. It knows no
 * ring and no transport. Generated classes give it the types.
 */
export class DriverSide<Queues, Config extends object, Feature extends string> {
  readonly #device: DeviceDescription;
  readonly #messages: MessageCodec;
  readonly #around: Surroundings;

  constructor(device: DeviceDescription, { features = [], config }: DriverSetup<Feature>) {
    const values = config === undefined ? {} : readConfig(device, config);
    const names = new Map(device.config.fields.map((field) => [field.name, nameOf(field)]));
    this.#device = device;
    this.#around = {
      feature: (name) => (features as readonly string[]).includes(name),
      config: (name) => Number(values[names.get(name) ?? name] ?? 0),
    };
    this.#messages = new MessageCodec(device, this.#around);
  }

  /**
   * A request of a kind; of a message without kinds, by the message's name. Counts follow from their arrays.
   *
   * @param values what the driver sends, by TypeScript name
   * @param room bytes, or elements of an array, that the device may write
   * @throws RangeError where a value does not fit its type
   */
  request<Q extends keyof Queues & string, K extends keyof Queues[Q] & string>(
    queue: Q,
    kind: K,
    values: Of<Queues, Q, K>["toDevice"],
    room?: Of<Queues, Q, K>["room"],
  ): BuiltRequest {
    const message = this.#message(queue);
    const readable = this.#messages.encode(message, kind, values as Values);
    const writable = this.#messages.roomFor(message, kind, (room ?? {}) as Record<string, number>, values as Values);
    return { readable, writable };
  }

  /** What is in a request's bytes. */
  parseRequest<Q extends keyof Queues & string, K extends keyof Queues[Q] & string>(
    queue: Q,
    kind: K,
    readable: Uint8Array,
  ): Of<Queues, Q, K>["toDevice"] {
    return this.#messages.decodeRequest(this.#message(queue), kind, readable) as never;
  }

  /**
   * What the device wrote.
   *
   * @param bytes the device-writable part, whole
   * @param usedLength bytes of it that the device says it wrote
   * @param values what the driver sent, for lengths that it decided
   */
  reply<Q extends keyof Queues & string, K extends keyof Queues[Q] & string>(
    queue: Q,
    kind: K,
    bytes: Uint8Array,
    usedLength: number,
    values?: Of<Queues, Q, K>["toDevice"],
  ): Of<Queues, Q, K>["toDriver"] {
    return this.#messages.decode(this.#message(queue), kind, bytes, usedLength, (values ?? {}) as Values) as never;
  }

  /** The configuration space by field: those that exist with the negotiated features. */
  readConfig(bytes: Uint8Array): Partial<Config> {
    const all = readConfig(this.#device, bytes);
    const absent = this.#device.config.fields.filter(({ if: gate }) => gate && evaluate(gate, this.#around) === 0);
    for (const field of absent) delete all[nameOf(field)];
    return all as Partial<Config>;
  }

  #message(queue: string): MessageDescription {
    const found = this.#device.queues.find(({ name }) => name === queue);
    const message = this.#device.messages.find(({ name }) => name === found?.carries);
    if (message === undefined) throw new Error(`${this.#device.name} has no queue ${queue}`);
    return message;
  }
}

function readConfig(device: DeviceDescription, bytes: Uint8Array): Record<string, Value> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new Codec(device).decodeFields(device.config.fields, view, 0, bytes.length);
}
