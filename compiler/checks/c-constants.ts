import type { Span } from "../diagnostics/diagnostic.js";
import { administrationKey, administrationSorts } from "../model/administration.js";
import { bitsKey, listKey, queueKey, regionKey } from "../model/c-names.js";
import { levelsOf } from "../model/kind-value.js";
import { indexNames } from "../model/places.js";
import { resolve } from "../model/resolve.js";
import type { DeviceSyntax, FieldSyntax, KindSyntax, MessageSyntax, NamesSyntax } from "../parse/syntax.js";

/** A constant that the C header gets, and what of the definition it comes from. */
export interface CConstantSyntax {
  /** Without `VIRTIO_BLK_`. */
  readonly key: string;
  /** As C spells it, but for blanks. */
  readonly value: string;
  readonly from: string;
  readonly at: Span;
}

/** The constants of a device type, in the order of the header. */
export function* cConstants(device: DeviceSyntax): Generator<CConstantSyntax> {
  for (const { name, bit, at } of device.features.values())
    yield { key: `F_${name}`, value: String(bit.value), from: `feature ${name}`, at };
  for (const { name, value, at } of device.constants.values())
    yield { key: name, value: String(value), from: `constant ${name}`, at };
  for (const list of device.names.values()) yield* listed(list);
  for (const message of device.messages.values()) yield* kinds(device, message);
  for (const { name, id, at } of device.sharedMemory.values()) {
    const [first, last] = String(id.value).split("-").map(Number);
    const from = `shared memory ${name}`;
    yield { key: regionKey(name), value: String(first), from, at };
    if (last !== undefined) yield { key: `${regionKey(name)}_LAST`, value: String(last), from, at };
  }
  yield* administered(device);
  yield* queues(device);
  yield* bits(device);
}

function* listed({ name: list, prefix, c, values }: NamesSyntax): Generator<CConstantSyntax> {
  for (const { name, value, at } of values.values()) {
    const isMask = c === "mask" && value.value >= 0 && value.value < 64;
    const spelled = isMask ? `1<<${value.value}` : String(value.value);
    yield { key: listKey(prefix, name), value: spelled, from: `names "${list}"`, at };
  }
}

/** Kinds that have their names from the switch's list are in the header with it; but for a switch inside of a struct. */
function* kinds(device: DeviceSyntax, message: MessageSyntax): Generator<CConstantSyntax> {
  const from = `message "${message.name}"`;
  const isPath = message.switch?.value.includes(".") ?? false;
  for (const kind of message.kinds.values()) {
    const levels = levelsOf(device, message, kind);
    if (!isPath && levels[0]?.switch?.names?.values.has(kind.name)) continue;
    let path = "";
    for (const { name, value, at } of levels) {
      path = path === "" ? name : `${path}_${name}`;
      if (value !== undefined) yield { key: listKey(message.prefix, path), value: String(value), from, at };
    }
  }
}

function* administered({ administration }: DeviceSyntax): Generator<CConstantSyntax> {
  for (const sort of administrationSorts) {
    for (const { name, id, at } of administration[sort].values()) {
      const key = administrationKey(sort, name);
      yield { key, value: String(id.value), from: key, at };
    }
  }
}

function* queues(device: DeviceSyntax): Generator<CConstantSyntax> {
  for (const { name, index, count, at } of device.queues.values()) {
    const fixed = index && resolve(index, indexNames(device));
    if (count || typeof fixed !== "number") continue;
    yield { key: queueKey(name), value: String(fixed), from: `queue "${name}"`, at };
  }
}

function* bits({ structs, config, messages }: DeviceSyntax): Generator<CConstantSyntax> {
  for (const { name, fields } of structs.values()) yield* bitsOf(name, [...fields.values()]);
  yield* bitsOf("config", [...(config?.fields.values() ?? [])]);
  for (const message of messages.values()) {
    const own = ({ toDevice, toDriver }: MessageSyntax | KindSyntax): FieldSyntax[] => [...toDevice, ...toDriver];
    const common = new Set(own(message).map(({ name }) => name));
    yield* bitsOf(message.name, own(message));
    for (const kind of message.kinds.values())
      yield* bitsOf(
        kind.name,
        own(kind).filter(({ name }) => !common.has(name)),
      );
  }
}

/** Fields of a struct that lies in place, `hdr.flags`, have their bits from the struct. */
function* bitsOf(owner: string, fields: readonly FieldSyntax[]): Generator<CConstantSyntax> {
  for (const field of fields.filter(({ name }) => !name.includes("."))) {
    for (const { name, low, high, at } of field.bits.values()) {
      const key = bitsKey(owner, field.name, name);
      const from = `bits "${name}" of ${owner}.${field.name}`;
      if (low === high) yield { key, value: `1<<${low}`, from, at };
      else {
        yield { key: `${key}_SHIFT`, value: String(low), from, at };
        yield { key: `${key}_MASK`, value: `mask ${low}-${high}`, from, at };
      }
    }
  }
}
