import type { Report } from "../diagnostics/collector.js";
import { integerRange } from "../model/integer-range.js";
import { kindValue, switchField, switchNames } from "../model/kind-value.js";
import type { DeviceSyntax, KindSyntax, MessageSyntax } from "../parse/syntax.js";
import type { Pass } from "./pass.js";

/** Every kind has a value of its own that its switch field can hold. */
export const checkKinds: Pass = (device, report) => {
  for (const message of device.messages.values()) {
    const owners = new Map<number, string>();
    for (const kind of message.kinds.values()) checkKind(device, message, kind, owners, report);
  }
};

function checkKind(
  device: DeviceSyntax,
  message: MessageSyntax,
  kind: KindSyntax,
  owners: Map<number, string>,
  report: Report,
): void {
  const value = kindValue(device, message, kind);
  const field = switchField(message);
  const list = switchNames(device, message);
  const at = kind.value?.at ?? kind.at;
  if (!field) return;
  if (value === undefined)
    return report("M010", kind.at, { kind: kind.name, list: list ? `names "${list.name}"` : "any list" });
  const { min, max } = integerRange(field.type);
  if (value < min || value > max)
    report("M011", at, { kind: kind.name, value, type: field.type.spelling, field: field.name });
  const other = owners.get(value);
  if (other !== undefined) report("M003", at, { kind: kind.name, other, value });
  owners.set(value, kind.name);
  const named = list?.values.get(kind.name)?.value.value;
  if (list && named !== undefined && named !== value)
    report("M014", at, { kind: kind.name, value, list: list.name, other: named });
}
