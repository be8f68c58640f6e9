import { nameOf, type Value } from "../../virtio/codec.js";
import type { ConfigFields } from "../../virtio/config-fields.js";
import type { DeviceDescription } from "../../virtio/description.js";
import { splitAssignment, valuesOf } from "./assignments.js";

/** Field values by wire name. */
type ByField = ReadonlyMap<string, Value>;

/** What the configuration has while fields that the driver writes have some values. */
export interface ConfigView {
  readonly when: ByField;
  readonly fields: ByField;
}

/**
 * Reads `FIELD=VALUE,...:FIELD=VALUE,...`, where the fields before the colon are the driver's.
 *
 * @throws RangeError where the definition has no such field, or the driver does not write it
 */
export function configViewOf(device: DeviceDescription, text: string): ConfigView {
  const at = text.indexOf(":");
  if (at < 0) throw new RangeError(`"${text}" is not FIELD=VALUE:FIELD=VALUE`);
  const when = fieldsOf(device, text.slice(0, at));
  for (const name of when.keys()) requireWritable(device, name);
  return { when, fields: fieldsOf(device, text.slice(at + 1)) };
}

function fieldsOf(device: DeviceDescription, text: string): ByField {
  const { fields } = device.config;
  const values = valuesOf(device, fields, text.split(",").map(splitAssignment));
  const given = fields.filter((field) => values[nameOf(field)] !== undefined);
  return new Map(given.map((field) => [field.name, values[nameOf(field)] as Value]));
}

function requireWritable({ config }: DeviceDescription, name: string): void {
  const own = config.fields.filter(({ access }) => access !== undefined).map((field) => field.name);
  if (own.includes(name)) return;
  throw new RangeError(`the driver does not write ${name}; it writes ${own.join(", ") || "nothing"}`);
}

/** The part of a configuration space whose contents the driver chooses; where nothing was chosen, it is as in the beginning. */
export class ConfigWindow {
  readonly #config: ConfigFields;
  readonly #views: readonly ConfigView[];
  readonly #closed: ByField;

  constructor(config: ConfigFields, views: readonly ConfigView[]) {
    this.#config = config;
    this.#views = views;
    const names = views.flatMap(({ fields }) => [...fields.keys()]);
    this.#closed = new Map(names.map((name) => [name, config.get(name)]));
  }

  /** What the driver has written is different, by itself or by a reset. */
  turn(): void {
    const view = this.#views.find(({ when }) => this.#holds(when));
    for (const [name, value] of [...this.#closed, ...(view?.fields ?? [])]) this.#config.set(name, value);
  }

  #holds(when: ByField): boolean {
    return [...when].every(([name, value]) => this.#config.get(name) === value);
  }
}
