import fc from "fast-check";
import { expect, test } from "vitest";
import { hasAdministration } from "../../compiler/model/administration.js";
import type { DeviceModel, Field, Kind, Message, Queue, Shape } from "../../compiler/model/model.js";
import type { Device, Pool } from "../../runtime/codegen.js";
import { Driver, type DriverQueue } from "../../runtime/testing/index.js";
import type { Value } from "../../runtime/virtio/codec.js";
import { AdministrationTrial } from "./administration-trial.js";
import { type AnyDriverSide, type CompiledType, compiledTypes, type Generated } from "./golden-models.js";
import { pick } from "./pick.js";
import { drawConfig, drawRequest, randomFrom, roomFor } from "./random-requests.js";
import { RandomValues, type Surroundings } from "./random-values.js";
import { AnswerWriter, readFields, shown } from "./view-values.js";

const types = await compiledTypes();
const RUNS = 4 * Number(process.env["VDEV_FUZZ_RUNS"] ?? 1);
/** Heads that are cut at every byte; longer ones at some. */
const MOST_CUTS = 80;

test.each(types.map((type) => [type.name, type] as const))(
  "%s: what a driver sends is what the device sees, and the answer what the driver sees",
  async (_, type) => {
    const generated = await type.load();
    await fc.assert(
      fc.asyncProperty(fc.nat(), (seed) => new Exchange(type, generated, randomFrom(seed)).run()),
      { numRuns: RUNS },
    );
  },
);

const administered = types.filter(({ model }) => hasAdministration(model));

test.each(administered.map((type) => [type.name, type] as const))(
  "%s: data of administration commands comes back, and no more than what fits is taken",
  async (_, type) => {
    const generated = await type.load();
    await fc.assert(
      fc.property(fc.nat(), (seed) => new AdministrationTrial(type, generated, randomFrom(seed)).run()),
      { numRuns: RUNS * 4 },
    );
  },
);

interface Served {
  readonly request: Record<string, Value>;
  readonly answer: Record<string, Value>;
}

/** A device with random features and configuration, and a driver that sends it everything once. */
class Exchange {
  readonly #model: DeviceModel;
  readonly #generated: Generated;
  readonly #random: () => number;
  #served: Served | undefined;
  #values: RandomValues;

  constructor({ model }: CompiledType, generated: Generated, random: () => number) {
    this.#model = model;
    this.#generated = generated;
    this.#random = random;
    this.#values = new RandomValues(model, random, { feature: () => false, config: () => 0 });
  }

  async run(): Promise<void> {
    const driver = await this.#attach();
    const config = new Map<string, number>();
    for (const field of this.#model.config.fields) {
      if (field.type.kind === "integer") config.set(field.name, Number(await driver.readConfig(field.name)));
    }
    const around: Surroundings = {
      feature: (name) => driver.negotiated(name),
      config: (name) => config.get(name) ?? 0,
    };
    this.#values = new RandomValues(this.#model, this.#random, around);
    this.#handle(driver.device);
    const bytes = await driver.link.readConfig(0, this.#model.config.size);
    const features = this.#model.features.map(({ name }) => name).filter(around.feature);
    const side = new this.#generated.Driver({ features, config: bytes });
    for (const [name, value] of Object.entries(side.readConfig(bytes)))
      expect(await driver.readConfig(name)).toEqual(value);
    try {
      for (const queue of this.#model.queues) await this.#queue(driver, queue, side);
    } finally {
      await driver.close();
    }
  }

  /** Random features that go together: those that are refused are drawn again. */
  async #attach() {
    for (let attempt = 0; ; attempt++) {
      const names = this.#model.features.filter(({ legacy }) => !legacy).map(({ name }) => name);
      const offer = attempt > 200 ? [] : names.filter(() => this.#random() < 0.7);
      const config = drawConfig(this.#model, this.#random, offer);
      try {
        return await Driver.attach({ open: () => new this.#generated.Device({ offer, config }) }, undefined);
      } catch (error) {
        if (attempt > 200 || !/offer|refused|accept/.test((error as Error).message)) throw error;
      }
    }
  }

  /** Gives the device a handler for everything: it reads all, and answers at random. */
  #handle(device: Device): void {
    for (const message of this.#model.messages) {
      for (const item of message.kinds.length > 0 ? message.kinds : [message]) {
        const handler = (request: Record<string, unknown>): void => this.#serve(message, item, request);
        if (!(item.handler in device)) Object.assign(device, { [item.handler]: handler });
      }
    }
  }

  #serve(message: Message, item: Kind | Message, view: Record<string, unknown>): void {
    const shape = "shape" in item ? item.shape : item.common;
    const request = readFields(this.#model, this.#sent(message, item, shape), view);
    const writer = new AnswerWriter(this.#model, this.#values);
    const answer = writer.fill(this.#written(message, item, shape), view);
    this.#served = { request, answer };
    const status = "ok" in item ? (item.ok ?? message.status?.ok) : message.status?.ok;
    (view["complete"] as (status?: number) => void).call(view, status);
  }

  /** What the driver sends and a behaviour sees. */
  #sent(message: Message, item: Kind | Message, { toDevice }: Shape): readonly Field[] {
    const switches = [message.switch, ...("selectors" in item ? item.selectors.map((one) => one.switch) : [])];
    return shown(toDevice.fields).filter((field) => !switches.includes(field.name) && this.#values.exists(field));
  }

  /** What the behaviour writes: not what is copied, nor what counts or tells the kind, nor the status. */
  #written(message: Message, item: Kind | Message, { toDriver }: Shape): readonly Field[] {
    const hidden = [message.status?.field, ...("selectors" in item ? item.selectors.map((one) => one.switch) : [])];
    const roots = new Set(hidden.map((path) => path?.split(".")[0]));
    const lengths = JSON.stringify(toDriver.fields.map(({ type }) => (type.kind === "array" ? type.length : 0)));
    return shown(toDriver.fields).filter((field) => {
      const isOurs =
        roots.has(field.name) || field.copies !== undefined || lengths.includes(`["field","${field.name}"]`);
      return !isOurs && this.#values.exists(field);
    });
  }

  async #queue(driver: Driver & { readonly device: Device }, queue: Queue, side: AnyDriverSide): Promise<void> {
    if (!this.#values.exists(queue)) return;
    const message = this.#model.messages.find(({ name }) => name === queue.carries) as Message;
    const opened = (driver as Driver<Record<string, never>>).queue(queue.name as never, 0) as unknown as DriverQueue;
    for (const item of message.kinds.length > 0 ? message.kinds : [message]) {
      if ("if" in item && !this.#values.exists(item)) continue;
      if ("failsIf" in item && item.failsIf.some(({ when }) => this.#values.value(when) !== 0)) continue;
      const shape = "shape" in item ? item.shape : item.common;
      if (queue.whenEmpty === undefined) await this.#request(opened, queue.name, message, item, shape, side);
      else await this.#event(driver.device, opened, queue, message, item, shape);
    }
  }

  async #request(
    queue: DriverQueue,
    name: string,
    message: Message,
    item: Kind | Message,
    shape: Shape,
    side: AnyDriverSide,
  ): Promise<void> {
    const values = drawRequest(this.#model, this.#values, shape);
    const room = roomFor(this.#values, shape, message);
    const { readable: bytes, writable: size } = side.request(name, item.name, values, room);
    const sent = side.parseRequest(name, item.name, bytes);
    // A buffer of no bytes cannot be put on a ring.
    if (bytes.length + size === 0) return;
    for (let cut = 0; cut <= bytes.length; cut += bytes.length > MOST_CUTS ? 17 : 1) {
      this.#served = undefined;
      const reply = await queue.send(item.name, values, room, { readable: [cut], writable: [Math.min(cut, size)] });
      const served = this.#served as Served | undefined;
      expect(served, `${message.name} ${item.name} ${JSON.stringify(reply, bigints)}`).toBeDefined();
      expect(served?.request).toEqual(pick(sent, served?.request ?? {}));
      expect(pick(reply, served?.answer ?? {})).toEqual(served?.answer);
    }
  }

  async #event(
    device: Device,
    queue: DriverQueue,
    { ts, count }: Queue,
    message: Message,
    item: Kind | Message,
    shape: Shape,
  ): Promise<void> {
    const member = Reflect.get(device, ts) as Pool | readonly Pool[];
    const pool = (count === undefined ? member : (member as readonly Pool[])[0]) as Pool;
    const least = message.minSize === undefined ? 0 : this.#values.value(message.minSize);
    const variable = shape.toDriver.variable;
    const filled = queue.send(item.name, {}, variable ? { [variable.ts]: least + 3 } : {});
    let answer: Record<string, Value> = {};
    pool.post((buffer) => {
      const name = `as${"id" in item ? item.handler.charAt(0).toUpperCase() + item.handler.slice(1) : ""}`;
      const view = "id" in item ? (Reflect.get(buffer, name) as () => unknown).call(buffer) : buffer;
      const writer = new AnswerWriter(this.#model, this.#values);
      answer = writer.fill(this.#written(message, item, shape), view as Record<string, unknown>);
    });
    expect(pick(await filled, answer)).toEqual(answer);
  }
}

function bigints(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}
