import fc from "fast-check";
import { expect, test } from "vitest";
import { description } from "../../compiler/emit/description.js";
import type { DeviceModel, Kind, Message, Queue } from "../../compiler/model/model.js";
import { describedBackend } from "../../runtime/run/definition/described-backend.js";
import type { DescribedDevice } from "../../runtime/run/definition/described-device.js";
import { Driver, type DriverQueue } from "../../runtime/testing/index.js";
import type { Value } from "../../runtime/virtio/codec.js";
import type { DeviceDescription, MessageDescription, PartFieldDescription } from "../../runtime/virtio/description.js";
import { MessageCodec } from "../../runtime/virtio/message-codec.js";
import { type Values, valueAt } from "../../runtime/virtio/part-layout.js";
import { compiledTypes } from "../compiler/golden-models.js";
import { drawConfig, drawRequest, randomFrom, roomFor } from "../compiler/random-requests.js";
import { RandomValues, type Surroundings } from "../compiler/random-values.js";
import { randomRuns } from "../random-runs.js";

const types = await compiledTypes();

test.each(types.map(({ name, model }) => [name, model] as const))(
  "%s: every request is logged with what it says, and answered",
  async (_, model) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), (seed) => new Conversation(model, randomFrom(seed)).run()),
      { numRuns: randomRuns(2) },
    );
  },
);

/** A device that has a definition and no behaviour, and a driver that sends it everything once. */
class Conversation {
  readonly #model: DeviceModel;
  readonly #random: () => number;
  readonly #device: DeviceDescription;
  readonly #log: string[] = [];
  /** Kinds that are answered with success instead of being refused, each with room to spare. */
  readonly #answered: ReadonlySet<string>;

  constructor(model: DeviceModel, random: () => number) {
    this.#model = model;
    this.#random = random;
    this.#device = JSON.parse(JSON.stringify(description(model)));
    const kinds = model.messages.flatMap(({ status, kinds, name }) =>
      status === undefined ? [] : kinds.length === 0 ? [name] : kinds.map((kind) => kind.name),
    );
    const unique = kinds.filter((name, i) => kinds.indexOf(name) === i && kinds.lastIndexOf(name) === i);
    this.#answered = new Set(unique.filter(() => random() < 0.5));
  }

  async run(): Promise<void> {
    const driver = await this.#attach();
    const config = new Map<string, number>();
    for (const { name, type } of this.#model.config.fields)
      if (type.kind === "integer") config.set(name, Number(await driver.readConfig(name)));
    const around: Surroundings = {
      feature: (name) => driver.negotiated(name),
      config: (name) => config.get(name) ?? 0,
    };
    const values = new RandomValues(this.#model, this.#random, around);
    const waiting: Promise<unknown>[] = [];
    for (const queue of this.#model.queues.filter((one) => values.exists(one))) {
      const opened = driver.queue(queue.name as never, 0) as unknown as DriverQueue;
      const device = driver.device as DescribedDevice;
      if (queue.whenEmpty === undefined) await this.#requests(opened, queue, values, around, device);
      else waiting.push(this.#buffer(opened, queue, values));
    }
    expect(this.#log).toEqual([]);
    await this.#writes(driver, values);
    await driver.close();
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => "kept"));
  }

  /** Features that go together are drawn, until the device and the driver agree. */
  async #attach() {
    const backend = describedBackend(this.#device);
    const note = (message: string): void => void this.#log.push(message);
    const log = { debug: note, info: note, warn: note, error: note };
    for (let attempt = 0; ; attempt++) {
      const names = this.#model.features.filter(() => this.#random() < 0.7).map(({ name }) => name);
      const answer = [...this.#answered].map((kind) => `${kind}=${this.#success(kind)}`);
      const options = attempt > 50 ? { answer } : { offer: names.join(","), set: this.#settings(names), answer };
      try {
        const open = () => Object.assign(backend.open(options), { log });
        const driver = await Driver.attach({ ...backend, open }, undefined);
        this.#log.length = 0;
        return driver;
      } catch (error) {
        if (attempt > 50) throw error;
      }
    }
  }

  #success(kind: string): number | undefined {
    const isOf = ({ name, kinds }: Message): boolean => name === kind || kinds.some((one) => one.name === kind);
    return this.#model.messages.find((message) => message.status && isOf(message))?.status?.ok;
  }

  /** What the driver writes into the configuration space is logged. */
  async #writes(driver: Driver, values: RandomValues): Promise<void> {
    for (const field of this.#model.config.fields) {
      const { name, type, access } = field;
      if (access === "ro" || type.kind !== "integer" || !values.exists(field)) continue;
      const value = values.integer(field, type);
      if (!(await driver.writeConfig(name, value))) continue;
      expect(this.#log.splice(0).join()).toContain(`config.${name} was written: ${value}`);
    }
  }

  /** Random integers of the configuration, where lengths may come from. */
  #settings(offer: readonly string[]): string[] {
    const values = drawConfig(this.#model, this.#random, offer);
    return this.#model.config.fields.flatMap(({ name, ts, type }) =>
      type.kind === "integer" && values[ts] !== undefined ? [`${name}=${values[ts]}`] : [],
    );
  }

  async #requests(
    opened: DriverQueue,
    queue: Queue,
    values: RandomValues,
    around: Surroundings,
    device: DescribedDevice,
  ): Promise<void> {
    const message = this.#model.messages.find(({ name }) => name === queue.carries) as Message;
    const described = this.#device.messages.find(({ name }) => name === queue.carries) as MessageDescription;
    const codec = new MessageCodec(this.#device, around);
    for (const item of message.kinds.length > 0 ? message.kinds : [message]) {
      if ("if" in item && !values.exists(item)) continue;
      const shape = "shape" in item ? item.shape : item.common;
      const drawn = drawRequest(this.#model, values, shape);
      const room = roomFor(values, shape, message);
      const bytes = codec.encode(described, item.name, drawn);
      const size = codec.roomFor(described, item.name, room, drawn);
      // A buffer of no bytes cannot be put on a ring.
      if (bytes.length + size === 0) continue;
      const replied = opened.send(item.name, drawn, room);
      if (queue.held) await release(device, queue.name);
      const reply = await replied;
      const { shape: said } = codec.kindOf(described, item.name);
      this.#heard(message, item, said.toDevice, codec.decodeRequest(described, item.name, bytes), size);
      expect(reply.usedLength).toBeLessThanOrEqual(size);
      if (message.status)
        expect(valueAt(this.#device, said.toDriver, reply as unknown as Values, message.status.field)).toBe(
          this.#answered.has(item.name) ? message.status.ok : message.status.unsupported,
        );
      else expect(reply.usedLength).toBe(0);
    }
  }

  /** One line says what was sent, each field by its name on the wire. */
  #heard(message: Message, item: Kind | Message, fields: readonly PartFieldDescription[], sent: Values, room: number) {
    const [line = "", ...more] = this.#log.splice(0);
    expect(more).toEqual([]);
    const what = item.name === message.name ? message.name : `${message.name} ${item.name}`;
    expect(line).toMatch(new RegExp(`^${what}: .*\\(room for ${room} bytes\\)$`, "s"));
    for (const field of fields) {
      const value = sent[field.ts ?? field.name];
      if (field.type.kind === "reserved" || value === undefined) continue;
      for (const words of scalars(this.#device, field, value, "=")) expect(line).toContain(words);
    }
  }

  /** A pool's buffer stays with the device until the session ends. */
  async #buffer(opened: DriverQueue, queue: Queue, values: RandomValues): Promise<unknown> {
    const message = this.#model.messages.find(({ name }) => name === queue.carries) as Message;
    const item = message.kinds[0] ?? message;
    const room = roomFor(values, "shape" in item ? item.shape : item.common, message);
    return await opened.send(item.name, {}, room).then(
      () => "filled",
      () => "kept",
    );
  }
}

/** Has a device give back what it holds of a queue, as soon as there is something. */
async function release(device: DescribedDevice, queue: string): Promise<void> {
  for (;;) {
    await new Promise(setImmediate);
    try {
      return device.release(queue);
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
    }
  }
}

/** How numbers and short texts are to be shown: `sector=8`, in a struct `sector: 8`. */
function scalars(
  { structs, ...device }: DeviceDescription,
  { name, type }: Pick<PartFieldDescription, "name" | "type">,
  value: Value,
  sign: string,
): string[] {
  if (typeof value === "number" || typeof value === "bigint") return [`${name}${sign}${value}`];
  if (type.kind === "text" && type.bytes !== undefined) return [`${name}${sign}${JSON.stringify(value)}`];
  const struct = type.kind === "struct" ? structs[type.struct] : undefined;
  return (struct?.fields ?? []).flatMap((field) => {
    const own = (value as Values)[field.ts ?? field.name];
    return field.type.kind === "reserved" || own === undefined ? [] : scalars({ structs, ...device }, field, own, ": ");
  });
}
