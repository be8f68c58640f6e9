import type { Report } from "../diagnostics/collector.js";
import { didYouMean } from "../diagnostics/did-you-mean.js";
import { workarounds } from "../diagnostics/workarounds.js";
import type { Located } from "../parse/node.js";
import type { DeviceSyntax, MessageSyntax, NamesSyntax, StatusSyntax } from "../parse/syntax.js";
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
  { field }: StatusSyntax,
  report: Report,
): NamesSyntax | undefined {
  if (field.value.includes(".")) {
    report("Y008", field.at, { construct: "a status field inside a struct" }, { help: workarounds.insideStruct });
    return undefined;
  }
  const found = message.toDriver.find(({ name }) => name === field.value);
  const type = found?.type;
  const list = type?.kind === "integer" && type.use === "enum" ? device.names.get(type.names?.value ?? "") : undefined;
  if (!list) report("M007", field.at, { field: field.value, found: whatIs(message, field.value) });
  return list;
}

function whatIs({ toDevice, toDriver }: MessageSyntax, name: string): string {
  const field = toDriver.find((f) => f.name === name);
  if (field) return `\`${field.spelling}\``;
  return toDevice.some((f) => f.name === name) ? "in to-device" : "nowhere";
}
