import { idConstant, listKey, queueKey, regionKey } from "../../model/c-names.js";
import { show } from "../../model/evaluate.js";
import type {
  DeviceModel,
  Documented,
  Kind,
  Message,
  NamedValue,
  NameList,
  Queue,
  SharedMemory,
} from "../../model/model.js";
import { administrationNumbers } from "./build-administration.js";
import { bitConstants } from "./build-bits.js";
import type { CConstant, CConstants, CHeader } from "./header.js";
import type { LinuxNames } from "./linux-names.js";
import { onlyIf, said } from "./words.js";

/** A constant before it has its name. */
export interface NamedNumber extends Documented {
  readonly key: string;
  readonly value: string;
}

interface Group {
  readonly doc?: string | undefined;
  readonly numbers: readonly NamedNumber[];
  readonly isDerived?: boolean;
}

/**
 * All constants of a device. The same name with the same value is given once, and is a repeat from then on; with another value it
 * is an error of the definition.
 */
export function buildConstants(device: DeviceModel, linux: LinuxNames): Pick<CHeader, "constants" | "repeats"> {
  const known = new Set<string>();
  const groups: CConstants[] = [{ constants: [idOf(device)] }];
  const repeats: CConstant[] = [];
  for (const { doc, numbers, isDerived = false } of groupsOf(device, linux)) {
    const constants: CConstant[] = [];
    for (const number of numbers) {
      const constant = constantOf(number, linux.constant(number.key), isDerived);
      (known.has(constant.name) ? repeats : constants).push(constant);
      known.add(constant.name);
    }
    if (constants.length > 0) groups.push({ ...(doc === undefined ? {} : { doc }), constants });
  }
  return { constants: groups, repeats };
}

function constantOf({ key, value, doc }: NamedNumber, name: string, isDerived: boolean): CConstant {
  return { key, name, value, isDerived, ...(doc === undefined ? {} : { doc }) };
}

function idOf({ id, name, linux }: DeviceModel): CConstant {
  return { key: "ID", name: idConstant(name, linux), value: String(id), isDerived: false };
}

function groupsOf(device: DeviceModel, linux: LinuxNames): Group[] {
  const { features, constants, names, messages, queues } = device;
  return [
    {
      doc: "Feature bits",
      numbers: features.map((feature) => ({
        ...numberOf(feature, `F_${feature.name}`, feature.bit),
        ...ruleOf(feature),
      })),
    },
    {
      doc: "Constants",
      numbers: constants.map((one) => ({ ...numberOf(one, one.name, 0), value: String(one.value) })),
    },
    ...names.map((list) => ({ doc: said(list), numbers: list.values.map((value) => listed(list, value)) })),
    ...messages.map((message) => ({ doc: `Kinds of ${message.name}`, numbers: kindsOf(device, message) })),
    { doc: "Shared memory regions", numbers: device.sharedMemory.flatMap(regionNumbers), isDerived: true },
    {
      doc: "Capabilities, types of resource objects and of device parts",
      numbers: administrationNumbers(device, linux),
    },
    { doc: "Queues whose index is fixed", numbers: queues.flatMap(queueNumber), isDerived: true },
    { doc: "Bits of fields", numbers: bitConstants(device), isDerived: true },
  ];
}

function numberOf(item: Documented, key: string, value: number): NamedNumber {
  const doc = said(item);
  return { key, value: spelled(value), ...(doc === undefined ? {} : { doc }) };
}

/** Small numbers count; large ones are patterns. */
function spelled(value: number): string {
  if (value < 0) return `(${value})`;
  return value < 256 ? String(value) : `0x${value.toString(16)}`;
}

function ruleOf(feature: DeviceModel["features"][number]): Pick<NamedNumber, "doc"> {
  const requires = feature.requires === undefined ? undefined : `Requires ${show(feature.requires)}.`;
  const doc = said(feature, requires, feature.legacy ? "Legacy, never offered." : undefined);
  return doc === undefined ? {} : { doc };
}

function listed(list: NameList, item: NamedValue): NamedNumber {
  const isMask = list.c === "mask" && item.value >= 0 && item.value < 64;
  const doc = said(item, onlyIf(item.if, "negotiated"));
  return {
    key: listKey(list.prefix, item.name),
    value: isMask ? mask(item.value) : spelled(item.value),
    ...(doc === undefined ? {} : { doc }),
  };
}

/** `(1U << 3)` */
export function mask(bit: number): string {
  return `(1U${bit < 32 ? "" : "LL"} << ${bit})`;
}

/** The switch field's values, where they do not come from a list. */
function kindsOf({ names }: DeviceModel, message: Message): NamedNumber[] {
  const parts = [message.common.toDevice, message.common.toDriver].flatMap(({ fields }) => fields);
  const type = parts.find(({ name }) => name === message.switch)?.type;
  const list = names.find(({ name }) => type?.kind === "integer" && name === type.names);
  const own = message.kinds.filter((kind) => !list?.values.some(({ name }) => name === kind.name));
  return own.flatMap((kind) => {
    const doc = said(kind, onlyIf(kind.if, "negotiated"));
    const number = numberOf(kind, listKey(message.prefix, kind.name), kind.value);
    return [...outerNumbers(message, kind), doc === undefined ? number : { ...number, doc }];
  });
}

/** The values of the switches around a kind's own: `CTRL_MAC` of `CTRL_MAC_TABLE_SET`. */
function outerNumbers({ prefix }: Message, { selectors }: Kind): NamedNumber[] {
  return selectors.slice(0, -1).map(({ doc, value }, i) => {
    const name = selectors.slice(0, i + 1).map((selector) => selector.name);
    return numberOf(doc === undefined ? {} : { doc }, listKey(prefix, name.join("_")), value);
  });
}

/** The id of a region, or the first and the last of a range. */
function regionNumbers(region: SharedMemory): NamedNumber[] {
  const key = regionKey(region.name);
  const doc = said(region, onlyIf(region.if, "negotiated"));
  const first = { key, value: String(region.id), ...(doc === undefined ? {} : { doc }) };
  return region.last === undefined ? [first] : [first, { key: `${key}_LAST`, value: String(region.last) }];
}

/** What a driver asks the transport for. */
function queueNumber(queue: Queue): NamedNumber[] {
  if (typeof queue.index !== "number" || queue.count !== undefined) return [];
  const doc = said(queue, onlyIf(queue.if, "negotiated"));
  const key = queueKey(queue.name);
  return [{ key, value: String(queue.index), ...(doc === undefined ? {} : { doc }) }];
}
