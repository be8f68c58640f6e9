import type { Report } from "../diagnostics/collector.js";
import { didYouMean } from "../diagnostics/did-you-mean.js";
import { statusList } from "../model/build-messages.js";
import { fieldAt } from "../model/field-paths.js";
import { layoutPart } from "../model/part-layout.js";
import type { Located } from "../parse/node.js";
import type { DeviceSyntax, FieldSyntax, MessageSyntax, NamesSyntax, StatusSyntax } from "../parse/syntax.js";
import type { Pass } from "./pass.js";

/** A status is a field of the device's answer, and every status that is named exists. */
export const checkStatus: Pass = (device, report) => {
  for (const message of device.messages.values()) {
    const list = message.status ? statusNames(device, message, message.status, report) : undefined;
    for (const { what, name } of statusesOf(message)) {
      if (!message.status) report("M015", name.at, { what, message: message.name });
      else if (list && !list.values.has(name.value)) {
        report(
          "M006",
          name.at,
          { status: name.value, list: list.name },
          { help: didYouMean(name.value, list.values.keys()) },
        );
      }
    }
  }
};

function* statusesOf({ status, kinds }: MessageSyntax): Generator<{ what: string; name: Located<string> }> {
  for (const key of ["ok", "error", "unsupported", "malformed"] as const) {
    const name = status?.[key];
    if (name) yield { what: key, name };
  }
  for (const { ok, failsIf } of kinds.values()) {
    if (ok) yield { what: "`ok`", name: ok };
    for (const { status: name } of failsIf) yield { what: "`fails-if`", name };
  }
}

function statusNames(
  device: DeviceSyntax,
  message: MessageSyntax,
  { field, names }: StatusSyntax,
  report: Report,
): NamesSyntax | undefined {
  const found = fieldAt(device, commonFields(message), field.value);
  const type = found?.type;
  const list = statusList(device, message);
  const isInteger = type?.kind === "integer" && type.width <= 4 && type.use !== "flags";
  if (names && !device.names.has(names.value)) {
    report("T022", names.at, { list: names.value }, { help: didYouMean(names.value, device.names.keys()) });
    return undefined;
  }
  if (!isInteger || !list || !hasPlace(device, message, field.value))
    report("M007", field.at, { field: field.value, found: whatIs(device, message, field.value) });
  return isInteger ? list : undefined;
}

/** Whether a refusal can write the status: it is always there, and its place depends on no request. */
function hasPlace(device: DeviceSyntax, { toDriver }: MessageSyntax, path: string): boolean {
  const { placed, anchors } = layoutPart(device, toDriver, [], true);
  const one = placed.find(({ field }) => path === field.name || path.startsWith(`${field.name}.`));
  return one !== undefined && !one.field.if && anchors[one.at.anchor ?? -1]?.after === undefined;
}

/** Fields whose place a kind has no say in. */
function commonFields({ toDriver }: MessageSyntax): readonly FieldSyntax[] {
  return toDriver.filter(({ type }) => type.kind !== "body");
}

function whatIs(device: DeviceSyntax, { toDevice, toDriver }: MessageSyntax, path: string): string {
  const field = fieldAt(device, toDriver, path);
  if (field) return `\`${field.spelling}\``;
  return fieldAt(device, toDevice, path) ? "in to-device" : "nowhere";
}
