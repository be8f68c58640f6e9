import type { DeviceSyntax, FieldSyntax, KindSyntax, MessageSyntax, NamesSyntax } from "../parse/syntax.js";
import type { IntegerSyntax } from "../parse/type-syntax.js";

/** A field whose type is known to be an integer. */
export type IntegerFieldSyntax = FieldSyntax & { readonly type: IntegerSyntax };

/** The part that tells a message's kinds apart: the driver's, or the device's where the driver says nothing. */
export function switchPart({ toDevice, toDriver }: MessageSyntax): readonly FieldSyntax[] {
  return toDevice.length > 0 ? toDevice : toDriver;
}

/** The switch field, if it is an integer that stands before the kind's own fields. */
export function switchField(message: MessageSyntax): IntegerFieldSyntax | undefined {
  const part = switchPart(message);
  const body = part.findIndex(({ type }) => type.kind === "body");
  const field = (body === -1 ? part : part.slice(0, body)).find(({ name }) => name === message.switch?.value);
  return field && isPlainInteger(field) ? field : undefined;
}

/** Whether a field is a number of up to 32 bits, not a set of flags. */
export function isPlainInteger(field: FieldSyntax): field is IntegerFieldSyntax {
  return field.type.kind === "integer" && field.type.width <= 4 && field.type.use !== "flags" && field.bits.size === 0;
}

/** The list that the switch field's values have their names from. */
export function switchNames(device: DeviceSyntax, message: MessageSyntax): NamesSyntax | undefined {
  return device.names.get(switchField(message)?.type.names?.value ?? "");
}

/** What the switch field says for a kind: its own value, or that of its name in the field's list. */
export function kindValue(device: DeviceSyntax, message: MessageSyntax, kind: KindSyntax): number | undefined {
  return kind.value?.value ?? switchNames(device, message)?.values.get(kind.name)?.value.value;
}
