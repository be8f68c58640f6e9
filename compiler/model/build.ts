import { optional } from "../parse/optional.js";
import type { DeviceSyntax, FeatureSyntax, NamesSyntax, QueueSyntax, SharedMemorySyntax } from "../parse/syntax.js";
import { buildAdministration } from "./administration.js";
import { buildConfig, buildStructs } from "./build-fields.js";
import { buildMessage } from "./build-messages.js";
import { documented } from "./documented.js";
import { devicePrefix, memberName, typeName } from "./item-names.js";
import type { DeviceModel, Feature, NameList, Queue, SharedMemory } from "./model.js";
import { countNames, indexNames, ruleNames } from "./places.js";
import { resolve } from "./resolve.js";
import { propertyName } from "./typescript-names.js";

/** The model of a definition that has passed every check. */
export function buildModel(device: DeviceSyntax, source: string): DeviceModel {
  return {
    source,
    name: device.device.value,
    ts: devicePrefix(device),
    id: device.id.value,
    title: device.title,
    experimental: device.status !== undefined,
    ...documented(device),
    features: [...device.features.values()].map((feature) => buildFeature(device, feature)),
    negotiation: device.negotiation.map(({ rule }) => resolve(rule, ruleNames(device))),
    constants: [...device.constants.values()].map((c) => ({ name: c.name, value: c.value, ...documented(c) })),
    names: [...device.names.values()].map((list) => buildNames(device, list)),
    structs: buildStructs(device),
    config: buildConfig(device),
    sharedMemory: [...device.sharedMemory.values()].map((region) => buildSharedMemory(device, region)),
    messages: [...device.messages.values()].map((message) => buildMessage(device, message)),
    queues: [...device.queues.values()].map((queue) => buildQueue(device, queue)),
    administration: buildAdministration(device),
    ...optional("linux", device.linux),
  };
}

function buildFeature(device: DeviceSyntax, feature: FeatureSyntax): Feature {
  const { name, bit, requires, offerNeeds, conflicts, mandatory, legacy } = feature;
  return {
    name,
    bit: bit.value,
    ...optional("requires", requires && resolve(requires, ruleNames(device))),
    ...optional("offerNeeds", offerNeeds && resolve(offerNeeds, ruleNames(device))),
    ...optional("impliedWhen", feature.impliedWhen && resolve(feature.impliedWhen, ruleNames(device))),
    conflicts: conflicts.map(({ value }) => value),
    mandatory,
    legacy,
    ...documented(feature),
  };
}

function buildNames(device: DeviceSyntax, list: NamesSyntax): NameList {
  return {
    name: list.name,
    ts: typeName(device, list, "Names"),
    ...optional("prefix", list.prefix),
    c: list.c,
    values: [...list.values.values()].map((value) => ({
      name: value.name,
      ts: value.ts?.value ?? propertyName(list.name, value.name),
      value: value.value.value,
      ...optional("if", value.if && resolve(value.if, ruleNames(device))),
      ...documented(value),
    })),
    ...documented(list),
  };
}

function buildSharedMemory(device: DeviceSyntax, region: SharedMemorySyntax): SharedMemory {
  const [id = 0, last] = String(region.id.value).split("-").map(Number);
  return {
    name: region.name,
    id,
    ...optional("last", last),
    ...optional("if", region.if && resolve(region.if, ruleNames(device))),
    optional: region.isOptional,
    ...documented(region),
  };
}

function buildQueue(device: DeviceSyntax, queue: QueueSyntax): Queue {
  const { index, count, if: gate } = queue;
  return {
    name: queue.name,
    ts: memberName(queue),
    index: index ? resolve(index, indexNames(device)) : 0,
    ...optional("count", count && resolve(count, countNames(device))),
    ...optional("if", gate && resolve(gate, ruleNames(device))),
    carries: queue.carries.value,
    ...optional("whenEmpty", queue.whenEmpty?.value),
    held: queue.held,
    fixedIndex: queue.isFixed,
    ordered: queue.ordered,
    ...optional("priority", queue.priority),
    ...documented(queue),
  };
}
