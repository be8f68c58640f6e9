import type { Report } from "../diagnostics/collector.js";
import { alignmentOf, layoutPart, sizeOfFields, sizeOfType } from "../model/layout.js";
import type { Located } from "../parse/node.js";
import type { DeviceSyntax, FieldSyntax, Items } from "../parse/syntax.js";
import { innermost } from "../parse/type-syntax.js";
import { directions } from "./fields.js";
import type { Pass } from "./pass.js";

/** Sizes are what the definition says, and fields lie where a processor reads them at once. */
export const checkLayout: Pass = (device, report) => {
  const { config, structs } = device;
  if (config) checkConfigSize(device, config.fields, config.size, report);
  for (const { name, fields, size } of structs.values()) {
    checkSize(`struct ${name}`, sizeOfFields(device, fields), size, report);
    checkAlignment(device, fields.values(), report);
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
  let offset = 0;
  for (const field of fields) {
    checkOffset(device, field, offset, report);
    offset += sizeOfType(device, field.type);
  }
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
        if (at.from === "start" && !reported.has(field)) checkOffset(device, field, at.bytes, report);
        reported.add(field);
      }
    }
  }
}
