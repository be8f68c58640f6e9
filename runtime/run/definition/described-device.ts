import { Codec, nameOf, type Value } from "../../virtio/codec.js";
import type { ConfigFieldDescription, DeviceDescription, MessageDescription } from "../../virtio/description.js";
import { CODEGEN, Device, type DeviceDefinition, partsOf } from "../../virtio/device.js";
import type { Scope } from "../../virtio/expression.js";
import type { Pool } from "../../virtio/pool.js";
import type { Answers } from "./answers.js";
import { splitAssignment, valuesOf } from "./assignments.js";
import { type ConfigView, ConfigWindow } from "./config-window.js";
import { describedRequest, HeldBuffer } from "./described-request.js";
import { type Post, postedPart, postOf } from "./posts.js";
import type { Words } from "./read-part.js";
import { featuresOf, hex, type RecordFile } from "./record-file.js";
import { inWords } from "./words.js";

/** What a device without a behaviour is made from. */
export interface DescribedSetup {
  readonly offer: readonly string[];
  /** By TypeScript name. */
  readonly config: Readonly<Record<string, Value>>;
  readonly answers: Answers;
  /** What it says by itself, in this order. */
  readonly posts: readonly Post[];
  /** What its configuration shows by the driver's choice. */
  readonly views: readonly ConfigView[];
  readonly record: RecordFile | undefined;
}

/**
 * A device that has a definition and no behaviour: it says what it hears, and answers that it supports nothing, or what it was
 * told to answer. In buffers of pools it says what it was told to say, and keeps the others.
 */
export class DescribedDevice extends Device {
  readonly answers: Answers;
  readonly record: RecordFile | undefined;
  readonly #description: DeviceDescription;
  readonly #posts: readonly Post[];
  readonly #window: ConfigWindow;
  /** Gives back what is kept of a queue. */
  readonly #kept = new Map<string, (() => void)[]>();

  constructor(description: DeviceDescription, { offer, config, answers, posts, views, record }: DescribedSetup) {
    super(definitionOf(description), { offer, config });
    this.answers = answers;
    this.record = record;
    this.#description = description;
    this.#posts = posts;
    this.#window = new ConfigWindow(partsOf(this).config, views);
    for (const field of description.config.fields) {
      if (field.access !== undefined)
        Object.assign(this, { [`${nameOf(field)}Written`]: this.#written(description, field) });
    }
    const bytes = partsOf(this).config.read(0, description.config.size);
    record?.add({ device: description.name, offered: offer, config: hex(bytes) });
  }

  override onReady(): void {
    this.record?.add({ accepted: featuresOf(this.#description, (name) => this.negotiated(name)) });
    this.answers.restart();
    for (const post of this.#posts) {
      if (!this.#post(post))
        this.log.warn(`the driver has no ${post.queue}[${post.instance}]: ${post.kind} is not sent`);
    }
  }

  override onStopping(): void {
    for (const queue of this.#kept.keys()) this.release(queue);
  }

  override onReset(): void {
    this.#window.turn();
  }

  override onClose(): void {
    this.record?.close();
  }

  /** What expressions of messages mean, with the features and the configuration as they are now. */
  get scope(): Scope {
    return { feature: (name) => this.negotiated(name), config: (name) => partsOf(this).config.value(name) };
  }

  /** A request has come. @param room bytes that the driver left for the answer */
  heard({ name }: MessageDescription, kind: string, fields: readonly Words[] | undefined, room: number): void {
    const what = kind === name ? name : `${name} ${kind}`;
    const said = (fields ?? []).map(([field, words]) => ` ${field}=${words}`).join("");
    this.log.info(`${what}:${said} (room for ${room} bytes)`);
  }

  /** Keeps a request of a queue whose buffers the device holds. @param giveBack completes it */
  keep(queue: string, giveBack: () => void): void {
    this.#kept.set(queue, [...(this.#kept.get(queue) ?? []), giveBack]);
  }

  /** Completes what is kept of a queue. @throws RangeError where nothing is */
  release(queue: string): void {
    const kept = this.#kept.get(queue);
    if (kept === undefined) throw new RangeError(`the device holds nothing of ${queue}`);
    this.#kept.delete(queue);
    for (const giveBack of kept) giveBack();
  }

  /** Sends a message, as `postOf` reads it. @throws RangeError where it is none, or the driver cannot get it */
  post(text: string): void {
    if (!this.#post(postOf(this.#description, text))) throw new RangeError("the driver is not ready for it");
  }

  /** Changes fields of the configuration space: `FIELD=VALUE,...`. @throws RangeError, ConfigError where it cannot */
  set(text: string): void {
    const { fields } = this.#description.config;
    const values = valuesOf(this.#description, fields, text.split(",").map(splitAssignment));
    for (const field of fields) {
      const value = values[nameOf(field)];
      if (value !== undefined) partsOf(this).config.set(field.name, value);
    }
  }

  #post(post: Post): boolean {
    const part = postedPart(this.#description, new Codec(this.#description), post, this.scope);
    const { queue, instance, kind } = post;
    const pool = partsOf(this).pools[queue]?.[instance] as Pool<HeldBuffer> | undefined;
    const send = (buffer: HeldBuffer): void => {
      buffer.say(part);
      this.record?.add({ queue, kind, posted: hex(part.head) + hex(part.tail) });
    };
    return pool?.post(send) === true;
  }

  #written(description: DeviceDescription, { name, type }: ConfigFieldDescription): (value: Value) => void {
    return (value) => {
      const words = inWords(description, type, value);
      this.log.info(`config.${name} was written: ${words}`);
      this.record?.add({ field: name, value: words });
      this.#window.turn();
    };
  }
}

function definitionOf(description: DeviceDescription): DeviceDefinition {
  const { queues, messages } = description;
  const message = (name: string) => messages.find((candidate) => candidate.name === name) as MessageDescription;
  const requests = queues.filter(({ whenEmpty }) => whenEmpty === undefined);
  const pools = queues.filter(({ whenEmpty }) => whenEmpty !== undefined);
  return {
    codegen: CODEGEN,
    description,
    Config: class {},
    requests: Object.fromEntries(
      requests.map((queue) => [queue.name, describedRequest(description, queue, message(queue.carries))]),
    ),
    // What it was told to say waits for a buffer, whatever the definition says of messages that come up later.
    pools: Object.fromEntries(pools.map(({ name }) => [name, { Message: HeldBuffer, whenEmpty: "hold" }])),
  };
}
