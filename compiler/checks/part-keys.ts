import type { Report } from "../diagnostics/collector.js";
import { copySource, flagsField } from "../model/build-fields.js";
import { fieldAt, isPlainInteger } from "../model/field-paths.js";
import type { DeviceSyntax, FieldSyntax, MessageSyntax } from "../parse/syntax.js";
import { allParts, type PartPlace } from "./fields.js";
import type { Pass } from "./pass.js";

/** Keys of fields that name other fields name such as there are. */
export const checkPartKeys: Pass = (device, report) => {
  for (const { fields } of device.structs.values()) checkAddresses(device, [...fields.values()], report);
  const seen = new Set<FieldSyntax["at"]>();
  for (const place of allParts(device)) {
    const own = place.part.filter(({ at, inlined }) => inlined === undefined && !seen.has(at));
    for (const { at } of own) seen.add(at);
    checkAddresses(device, own, report);
    for (const field of own) checkField(device, field, place, report);
  }
  for (const message of device.messages.values()) checkSpans(device, message, report);
};

function checkAddresses(device: DeviceSyntax, fields: readonly FieldSyntax[], report: Report): void {
  for (const { name, guestAddress } of fields) {
    const length = guestAddress?.length;
    if (!length || typeof length.value === "number") continue;
    const found = fieldAt(device, fields, length.value);
    if (!found || !isPlainInteger(found)) report("M017", length.at, { length: length.value, field: name });
  }
}

function checkField(device: DeviceSyntax, field: FieldSyntax, { message, kind }: PartPlace, report: Report): void {
  const sent = [...message.toDevice, ...(kind?.toDevice ?? [])];
  const { stride, copies, name } = field;
  if (stride) {
    const found = fieldAt(device, sent, stride.value);
    if (!found || !isPlainInteger(found) || found.type.signed || found.if)
      report("M019", stride.at, { field: name, stride: stride.value });
  }
  const problem = copies && copyProblem(device, field, message.toDevice);
  if (copies && problem) report("M018", copies.at, { field: name, problem });
}

/** Why a field cannot be copied from what every kind of request has. */
function copyProblem(device: DeviceSyntax, field: FieldSyntax, sent: readonly FieldSyntax[]): string | undefined {
  const { copies } = field;
  if (copies?.from) {
    const found = sent.find(({ name }) => name === copies.from?.value);
    return found && found.spelling === field.spelling
      ? undefined
      : `to-device has no \`${field.spelling}\` of that name`;
  }
  const from = copySource(device, field, sent);
  if (from?.type.kind !== "struct") return "to-device has no struct of the same type";
  const struct = device.structs.get(from.type.name.value);
  for (const { field: part, flags } of copies?.fields ?? []) {
    if (!struct?.fields.has(part.value)) return `the struct has no field "${part.value}"`;
    const found = flagsField(device, from, flags[0]?.value);
    const unknown = flags.find(({ value }) => !found?.numbers.has(value));
    if (flags.length === 0 || unknown) return `no field of the struct has a flag ${unknown?.value ?? ""}`;
  }
  return undefined;
}

function checkSpans(device: DeviceSyntax, { spans, toDriver }: MessageSyntax, report: Report): void {
  const field = spans && fieldAt(device, toDriver, spans.count.value);
  if (spans && (!field || !isPlainInteger(field)))
    report("M020", spans.count.at, { problem: `to-driver has no integer "${spans.count.value}"` });
}
