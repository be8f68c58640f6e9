import type { Report } from "../diagnostics/collector.js";
import { handlerOf, memberName } from "../model/item-names.js";
import { deviceMembers } from "../model/runtime-members.js";
import { camelCase, objectMembers, reservedWords } from "../model/typescript-names.js";
import { writtenName } from "../model/view-names.js";
import type { DeviceSyntax, ItemSyntax } from "../parse/syntax.js";
import { checkDistinct, named } from "./distinct-names.js";
import type { Pass } from "./pass.js";

/** What a behaviour has on itself stays apart: handlers, pools, the handlers of configuration writes, the runtime's own. */
export const checkDeviceNames: Pass = (device, report) => {
  const handled = handledItems(device);
  const pools = [...device.queues.values()].filter(({ whenEmpty }) => whenEmpty);
  const written = [...(device.config?.fields.values() ?? [])].filter(({ access = "ro" }) => access !== "ro");
  const names = [
    ...named(handled, handlerOf),
    ...named(pools, memberName),
    ...named(written, (field) => writtenName(memberName(field))),
  ];
  checkDistinct(names, "the device", report);
  for (const item of handled) checkHandler(item, report);
  for (const queue of pools) checkPool(queue, report);
  checkMeaning(device, report);
};

/** Kinds of requests, and requests that have none; buffers of pools have no handler. */
function handledItems({ messages, queues }: DeviceSyntax): readonly ItemSyntax[] {
  const pools = new Set([...queues.values()].flatMap(({ whenEmpty, carries }) => (whenEmpty ? [carries.value] : [])));
  return [...messages.values()]
    .filter(({ name }) => !pools.has(name))
    .flatMap((message): ItemSyntax[] => (message.kinds.size > 0 ? [...message.kinds.values()] : [message]));
}

function checkHandler(item: ItemSyntax, report: Report): void {
  const handler = handlerOf(item);
  const at = item.ts?.at ?? item.at;
  if (isOfDevice(handler)) report("N004", at, { name: item.name, ts: handler, owner: "every device" });
  else if (item.ts && reservedWords.has(handler)) report("N002", at, { name: item.name, ts: handler });
  else if (!item.ts && handler !== camelCase(item.name)) report("N003", at, { name: item.name, handler });
}

function checkPool(queue: ItemSyntax, report: Report): void {
  const ts = memberName(queue);
  if (isOfDevice(ts)) report("N004", queue.ts?.at ?? queue.at, { name: queue.name, ts, owner: "every device" });
}

function isOfDevice(name: string): boolean {
  return deviceMembers.has(name) || objectMembers.has(name);
}

const typeWords = new Set("u8 s8 le16 le32 le64 be16 be32 be64 sle16 sle32 sle64 char reserved kind".split(" "));

function checkMeaning({ constants, features, structs }: DeviceSyntax, report: Report): void {
  for (const { name, at } of structs.values()) {
    if (typeWords.has(name)) report("N008", at, { name, what: "struct", other: "a type" });
  }
  for (const { name, at } of constants.values()) {
    if (features.has(name)) report("N008", at, { name, what: "constant", other: "a feature" });
  }
}
