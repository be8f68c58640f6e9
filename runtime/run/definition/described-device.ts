import { nameOf, type Value } from "../../virtio/codec.js";
import type { ConfigFieldDescription, DeviceDescription, MessageDescription } from "../../virtio/description.js";
import { CODEGEN, Device, type DeviceDefinition, partsOf } from "../../virtio/device.js";
import type { Scope } from "../../virtio/expression.js";
import type { Answers } from "./answers.js";
import { describedRequest, HeldBuffer } from "./described-request.js";
import { inWords, type Words } from "./read-part.js";

/** What a device without a behaviour is made from. */
export interface DescribedSetup {
  readonly offer: readonly string[];
  /** By TypeScript name. */
  readonly config: Readonly<Record<string, Value>>;
  readonly answers: Answers;
}

/**
 * A device that has a definition and no behaviour: it says what it hears, and answers that it supports nothing, or what it was
 * told to answer. Buffers of pools it keeps.
 */
export class DescribedDevice extends Device {
  readonly answers: Answers;

  constructor(description: DeviceDescription, { offer, config, answers }: DescribedSetup) {
    super(definitionOf(description), { offer, config });
    this.answers = answers;
    for (const field of description.config.fields) {
      if (field.access !== undefined)
        Object.assign(this, { [`${nameOf(field)}Written`]: this.#written(description, field) });
    }
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

  #written(description: DeviceDescription, { name, type }: ConfigFieldDescription): (value: Value) => void {
    return (value) => this.log.info(`config.${name} was written: ${inWords(description, type, value)}`);
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
      requests.map(({ name, carries }) => [name, describedRequest(description, message(carries))]),
    ),
    pools: Object.fromEntries(pools.map(({ name, whenEmpty = "drop" }) => [name, { Message: HeldBuffer, whenEmpty }])),
  };
}
