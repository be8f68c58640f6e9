import type { Report } from "../diagnostics/collector.js";
import { sizeOfPart, sizeOfType } from "../model/layout.js";
import type { DeviceSyntax, FieldSyntax } from "../parse/syntax.js";
import { allParts, directions } from "./fields.js";
import type { Pass } from "./pass.js";

/** What has a size holds what is inside of it, and a union's switch chooses among its members. */
export const checkUnions: Pass = (device, report) => {
  for (const fields of groups(device)) for (const field of fields) checkMember(device, field, fields, report);
  for (const message of device.messages.values()) {
    for (const direction of directions) {
      const body = message[direction].find(({ type }) => type.kind === "body");
      for (const kind of message.kinds.values()) if (body) checkBody(device, body, kind.name, kind[direction], report);
    }
  }
};

/** Fields that stand beside each other, and what an answer may look at before them. */
function* groups(device: DeviceSyntax): Generator<readonly FieldSyntax[]> {
  if (device.config) yield [...device.config.fields.values()];
  for (const { fields } of device.structs.values()) yield [...fields.values()];
  const seen = new Set<FieldSyntax["at"]>();
  for (const { message, kind, direction, part } of allParts(device)) {
    const own = part.filter(({ at, inlined }) => inlined === undefined && !seen.has(at));
    for (const { at } of own) seen.add(at);
    const around = [...message.toDevice, ...(kind?.toDevice ?? []), ...message[direction]];
    yield [...own, ...around.filter(({ union }) => !union)];
  }
}

function checkMember(device: DeviceSyntax, field: FieldSyntax, siblings: readonly FieldSyntax[], report: Report): void {
  const { union, name } = field;
  if (!union) return;
  const bytes = sizeOfType(device, field.type);
  const { size, switch: by } = union;
  if (size && bytes > size.value)
    report("T015", field.at, { name: `union member "${name}"`, bytes, of: union.name, size: size.value });
  if (!by) return;
  const type = siblings.find((sibling) => sibling.name === by.value)?.type;
  const list = type?.kind === "integer" && type.use === "enum" ? device.names.get(type.names?.value ?? "") : undefined;
  for (const { value, at } of union.when)
    if (!list?.values.has(value)) report("T024", at, { member: name, value, field: by.value });
}

function checkBody(
  device: DeviceSyntax,
  body: FieldSyntax,
  kind: string,
  own: readonly FieldSyntax[],
  report: Report,
): void {
  const bytes = sizeOfPart(device, own);
  if (body.size && bytes > body.size.value)
    report("T015", own[0]?.at ?? body.at, { name: `kind ${kind}`, bytes, of: body.name, size: body.size.value });
}
