import type { Report } from "../diagnostics/collector.js";
import { workarounds } from "../diagnostics/workarounds.js";
import { memberName } from "../model/item-names.js";
import { bufferMembers, structMembers } from "../model/runtime-members.js";
import { objectMembers, propertyName, reservedWords } from "../model/typescript-names.js";
import type { DeviceSyntax, FieldSyntax, KindSyntax, MessageSyntax } from "../parse/syntax.js";
import { checkDistinct, named } from "./distinct-names.js";
import { allFields } from "./fields.js";
import type { Pass } from "./pass.js";
import { isNamed, membersOf, type ViewMember } from "./view-members.js";
import { viewedStructs } from "./viewed-structs.js";

/** Names of fields stay apart as properties, and hide nothing that the runtime or the language needs. */
export const checkMemberNames: Pass = (device, report) => {
  for (const { field } of allFields(device)) checkWord(field, report);
  const config = [...(device.config?.fields.values() ?? [])].filter(isNamed);
  checkDistinct(named(config, memberName), "the configuration", report);
  checkStructs(device, report);
  for (const message of device.messages.values()) checkMessage(device, message, report);
  checkDistinct(named(device.queues.values(), memberName), "the queues", report);
  for (const { name, values } of device.names.values()) {
    const items = named(values.values(), (value) => value.ts?.value ?? propertyName(name, value.name));
    checkDistinct(items, `names ${name}`, report);
  }
};

function checkWord(field: FieldSyntax, report: Report): void {
  const ts = memberName(field);
  const isReserved = reservedWords.has(ts) || objectMembers.has(ts);
  if (isNamed(field) && isReserved) report("N002", field.ts?.at ?? field.at, { name: field.name, ts });
  checkDistinct(named(field.bits.values(), memberName), `the bits of ${field.name}`, report);
}

function checkStructs(device: DeviceSyntax, report: Report): void {
  const viewed = viewedStructs(device);
  for (const struct of device.structs.values()) {
    const fields = [...struct.fields.values()].filter(isNamed);
    const isViewed = viewed.has(struct);
    const members = isViewed ? fields.flatMap((field) => membersOf(device, field, true)) : undefined;
    checkDistinct(members?.map(asItem) ?? named(fields, memberName), `struct ${struct.name}`, report);
    checkHiding(members ?? [], structMembers, "every struct in a message", report);
  }
}

function asItem({ ts, field }: ViewMember): { ts: string; item: FieldSyntax } {
  return { ts, item: field };
}

/** A request shows the fields of both parts, the message's beside the kind's own. */
function checkMessage(device: DeviceSyntax, message: MessageSyntax, report: Report): void {
  const common = partMembers(device, message);
  checkDistinct(common.map(asItem), `message ${message.name}`, report);
  checkHiding(common, bufferMembers, "every request", report);
  for (const kind of message.kinds.values()) checkKind(device, message, kind, common, report);
  checkOneMeaning(device, message, report);
}

function partMembers(device: DeviceSyntax, { toDevice, toDriver }: MessageSyntax | KindSyntax): readonly ViewMember[] {
  const members = (part: readonly FieldSyntax[], settable: boolean): ViewMember[] =>
    part.flatMap((field) => membersOf(device, field, settable));
  return [...members(toDevice, false), ...members(toDriver, true)];
}

function checkKind(
  device: DeviceSyntax,
  message: MessageSyntax,
  kind: KindSyntax,
  common: readonly ViewMember[],
  report: Report,
): void {
  const own = partMembers(device, kind);
  checkDistinct(own.map(asItem), `kind ${kind.name}`, report);
  checkHiding(own, bufferMembers, "every request", report);
  const taken = new Set(common.map(({ ts }) => ts));
  for (const { ts, field } of own.filter((member) => taken.has(member.ts))) {
    report("N001", field.at, { name: field.name, other: message.name, ts, where: `kind ${kind.name}` });
  }
}

function checkHiding(members: readonly ViewMember[], hidden: ReadonlySet<string>, owner: string, report: Report): void {
  for (const { ts, field } of members) {
    const at = field.ts?.at ?? field.at;
    if (hidden.has(ts)) report("N004", at, { name: field.name, ts, owner });
    else if (objectMembers.has(ts) && ts !== memberName(field)) report("N002", at, { name: field.name, ts });
  }
}

/** All kinds are one class: a method of one of them cannot be a property, or another method, of another. */
function checkOneMeaning(device: DeviceSyntax, message: MessageSyntax, report: Report): void {
  const known = new Map<string, ViewMember>();
  for (const kind of message.kinds.values()) {
    for (const member of partMembers(device, kind)) {
      const first = known.get(member.ts) ?? member;
      known.set(member.ts, first);
      if (first.signature === member.signature) continue;
      const construct = `"${member.ts}" as elements of an array in one kind and as something else in another`;
      report("Y008", member.field.ts?.at ?? member.field.at, { construct }, { help: workarounds.twoMeanings });
    }
  }
}
