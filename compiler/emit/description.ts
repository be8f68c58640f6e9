import { type AdministrationSort, administeredStructs } from "../model/administration.js";
import type {
  ConfigField,
  DeviceModel,
  Field,
  IntegerType,
  Kind,
  Message,
  Queue,
  Shape,
  SharedMemory,
  Status,
  Type,
} from "../model/model.js";
import type { ConstDeclaration } from "./declaration.js";
import { docText } from "./doc-comment.js";
import type { Emission } from "./emission.js";
import { print, valueNode } from "./literal.js";

/** The device type as data: JSON, in the shape of the runtime's `DeviceDescription`. */
export function emitDescription(emission: Emission): ConstDeclaration {
  const name = emission.named("Description");
  const type = emission.imports.type("DeviceDescription");
  const value = print(valueNode(description(emission.device)), `export const ${name}: ${type} = `.length);
  const doc = docText(`The ${emission.title} as data, for tools and for the runtime's control path.`);
  return { kind: "const", name, exported: true, doc, type, value };
}

/** The device type in the shape of the runtime's `DeviceDescription`; keys without a value are left out in JSON. */
export function description(device: DeviceModel): object {
  return {
    name: device.name,
    id: device.id,
    title: device.title,
    experimental: flag(device.experimental),
    features: device.features.map((feature) => ({
      name: feature.name,
      bit: feature.bit,
      requires: feature.requires,
      offerNeeds: feature.offerNeeds,
      conflicts: feature.conflicts.length > 0 ? feature.conflicts : undefined,
      mandatory: flag(feature.mandatory),
      legacy: flag(feature.legacy),
    })),
    negotiation: device.negotiation,
    names: record(device.names, (list) => record(list.values, ({ value }) => value)),
    structs: record(
      device.structs.filter((struct) => !struct.isOpen),
      ({ size, fields }) => ({ size, fields: fields.map(field) }),
    ),
    records: records(device),
    config: { size: device.config.size, fields: device.config.fields.map(configField) },
    sharedMemory: device.sharedMemory.length > 0 ? device.sharedMemory.map(region) : undefined,
    messages: device.messages.map(message),
    queues: device.queues.map(queue),
    capabilities: administered(device, "capabilities"),
    resourceObjects: administered(device, "resourceObjects"),
    deviceParts: administered(device, "deviceParts"),
  };
}

/** Structs of any length, whose fields have no place of their own. */
function records(device: DeviceModel): object | undefined {
  const open = administeredStructs(device).filter(({ isOpen }) => isOpen);
  if (open.length === 0) return undefined;
  return record(open, ({ fields }) => ({ fields: fields.map((one) => ({ ...field(one), at: undefined })) }));
}

function administered(device: DeviceModel, sort: AdministrationSort): readonly object[] | undefined {
  const items = device.administration[sort].map(({ name, id, struct, if: gate }) => ({ name, id, struct, if: gate }));
  return items.length > 0 ? items : undefined;
}

function record<T extends { readonly name: string }, V>(items: readonly T[], value: (item: T) => V): Record<string, V> {
  return Object.fromEntries(items.map((item) => [item.name, value(item)]));
}

/** Absent flags mean no. */
function flag(value: boolean): true | undefined {
  return value ? true : undefined;
}

/** The TypeScript name where it is another. */
function renamed({ name, ts }: { readonly name: string; readonly ts: string }): string | undefined {
  return ts === name ? undefined : ts;
}

function field(item: Field) {
  return {
    name: item.name,
    ts: renamed(item),
    type: typeOf(item.type),
    at: item.at.anchor !== undefined ? undefined : item.at.from === "start" ? item.at.bytes : -item.at.bytes,
    min: item.min,
    max: item.max,
    multipleOf: item.multipleOf,
    powerOfTwo: flag(item.powerOfTwo),
    if: item.if,
    union: item.union && { name: item.union.name, size: item.union.size },
  };
}

function configField(item: ConfigField) {
  return {
    ...field(item),
    access: item.access === "ro" ? undefined : item.access,
    from: item.from === "always" ? undefined : item.from,
    notified: flag(item.changes === "notified"),
    default: item.default,
    keep: flag(item.onReset === "keep"),
  };
}

function typeOf(type: Type): object {
  switch (type.kind) {
    case "integer":
      return integer(type);
    case "char":
      return { kind: "integer", width: 1 };
    case "array":
      return array(type);
    default:
      return type.kind === "struct" ? { kind: "struct", struct: type.struct } : { kind: "reserved", bytes: type.bytes };
  }
}

function integer(type: IntegerType): object {
  return {
    kind: "integer",
    width: type.width,
    signed: flag(type.signed),
    bigEndian: flag(type.bigEndian),
    as: type.as === "number" ? undefined : type.as,
    names: type.names,
    bits: type.bits.length > 0 ? type.bits.map(bitField) : undefined,
  };
}

function bitField(bit: IntegerType["bits"][number]): object {
  return { name: bit.name, ts: renamed(bit), low: bit.low, high: bit.high };
}

/** Text is not seen as an array, unless a field counts it. */
function array({ element, stride, strideFrom, length }: Type & { kind: "array" }): object {
  const isText = element.kind === "char" && length.kind !== "counted";
  if (isText) return { kind: "text", bytes: length.kind === "fixed" ? length.count : undefined };
  const count = length.kind === "rest" ? undefined : length.count;
  return { kind: "array", element: typeOf(element), stride, strideFrom, count };
}

function message(item: Message) {
  const hasKinds = item.kinds.length > 0;
  return {
    name: item.name,
    switch: item.switch,
    status: item.status && status(item.status),
    copies: copies(item),
    shape: hasKinds ? undefined : shape(item.common),
    kinds: hasKinds ? item.kinds.map(kind) : undefined,
  };
}

function status({ field: name, names, ok, error, unsupported, malformed }: Status) {
  return { field: name, names, ok, error, unsupported, malformed };
}

function kind(item: Kind) {
  const inner = item.selectors.length > 1 ? item.selectors.map(selector) : undefined;
  return { name: item.name, value: item.value, selectors: inner, if: item.if, ok: item.ok, shape: shape(item.shape) };
}

function selector({ switch: path, value }: Kind["selectors"][number]) {
  return { switch: path, value };
}

function region({ name, id, last, if: gate, optional }: SharedMemory) {
  return { name, id, last, if: gate, optional: flag(optional) };
}

function shape({ toDevice, toDriver }: Shape) {
  return { toDevice: toDevice.fields.map(field), toDriver: toDriver.fields.map(field) };
}

/** What the answers to all kinds have from requests, each once. */
function copies({ common, kinds }: Message): readonly object[] | undefined {
  const fields = [common, ...kinds.map((item) => item.shape)].flatMap(({ toDriver }) => toDriver.fields);
  const all = fields.flatMap(({ name, copies: from }) =>
    from === undefined ? [] : [JSON.stringify({ field: name, from: from.from, parts: from.fields })],
  );
  return all.length === 0 ? undefined : [...new Set(all)].map((text) => JSON.parse(text));
}

function queue(item: Queue) {
  return {
    name: item.name,
    ts: renamed(item),
    index: item.index,
    count: item.count,
    if: item.if,
    carries: item.carries,
    whenEmpty: item.whenEmpty,
    held: flag(item.held),
    ordered: flag(item.ordered),
    priority: item.priority,
  };
}
