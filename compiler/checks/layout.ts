import type { Report } from "../diagnostics/collector.js";
import { hasFixedSize } from "../model/fixed-size.js";
import { alignmentOf, sizeOfFields } from "../model/layout.js";
import { layoutPart, placeFixed } from "../model/part-layout.js";
import type { Located } from "../parse/node.js";
import type { DeviceSyntax, FieldSyntax, Items } from "../parse/syntax.js";
import { innermost } from "../parse/type-syntax.js";
import { directions } from "./fields.js";
import type { Pass } from "./pass.js";

/** Sizes are what the definition says, and fields lie where a processor reads them at once. */
export const checkLayout: Pass = (device, report) => {
  const { config, structs } = device;
  if (config) checkConfigSize(device, config.fields, config.size, report);
  for (const { name, fields, size, at } of structs.values()) {
    const type = { kind: "struct" as const, name: { value: name, at } };
    if (hasFixedSize(device, type)) {
      checkSize(`struct ${name}`, sizeOfFields(device, fields), size, report);
      checkAlignment(device, fields.values(), report);
    } else if (size) report("T026", size.at, { struct: name });
  }
  checkParts(device, report);
};

function checkConfigSize(
  device: DeviceSyntax,
  fields: Items<FieldSyntax>,
  size: Located<number> | undefined,
  report: Report,
): void {
  const end = sizeOfFields(device, fields);
  checkSize("config", end, size, report);
  checkAlignment(device, fields.values(), report);
  if (end > 256 && device.config) report("C001", device.config.at, { size: end });
}

function checkSize(what: string, end: number, size: Located<number> | undefined, report: Report): void {
  if (size && size.value !== end) report("T007", size.at, { what, end, size: size.value });
}

function checkAlignment(device: DeviceSyntax, fields: Iterable<FieldSyntax>, report: Report): void {
  for (const { field, at } of placeFixed(device, [...fields])) checkOffset(device, field, at.bytes, report);
}

function checkOffset(device: DeviceSyntax, field: FieldSyntax, offset: number, report: Report): void {
  const alignment = alignmentOf(device, field.type);
  const isWide = innermost(field.type).kind !== "reserved" && alignment > 1;
  if (!isWide || field.unaligned || offset % alignment === 0) return;
  report("T008", field.at, { field: field.name, type: field.spelling, offset, alignment });
}

/** Only fields counted from the start have an offset that the definition decides. */
function checkParts(device: DeviceSyntax, report: Report): void {
  for (const message of device.messages.values()) {
    const reported = new Set<FieldSyntax>();
    for (const kind of [undefined, ...message.kinds.values()]) {
      for (const { field, at } of directions.flatMap((d) => layoutPart(device, message[d], kind?.[d] ?? []).placed)) {
        const isKnown = at.from === "start" && at.anchor === undefined && field.inlined === undefined;
        if (isKnown && !reported.has(field)) checkOffset(device, field, at.bytes, report);
        reported.add(field);
      }
    }
  }
}
