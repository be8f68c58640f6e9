import type { DeviceSyntax, FieldSyntax, KindSyntax, MessageSyntax, PartSyntax } from "../parse/syntax.js";

/** A field with where it belongs. */
export interface FieldPlace {
  readonly field: FieldSyntax;
  readonly place: "config" | "struct" | "message";
}

/** Every field of a definition where it is written, in the order of the language: config, structs, messages, their kinds. */
export function* allFields(device: DeviceSyntax): Generator<FieldPlace> {
  for (const field of device.config?.fields.values() ?? []) yield { field, place: "config" };
  for (const { fields } of device.structs.values())
    for (const field of fields.values()) yield { field, place: "struct" };
  const seen = new Set<FieldSyntax["at"]>();
  for (const { part } of allParts(device)) {
    for (const field of part) {
      if (field.inlined === undefined && !seen.has(field.at)) yield { field, place: "message" };
      seen.add(field.at);
    }
  }
}

/** A message's or a kind's own fields of one direction. */
export interface PartPlace {
  readonly message: MessageSyntax;
  readonly kind?: KindSyntax;
  readonly direction: Direction;
  readonly part: PartSyntax;
}

export type Direction = "toDevice" | "toDriver";

export const directions: readonly Direction[] = ["toDevice", "toDriver"];

/** A direction as the language writes it. */
export const spelled: Readonly<Record<Direction, string>> = { toDevice: "to-device", toDriver: "to-driver" };

/** Every part of every message and kind. */
export function* allParts(device: DeviceSyntax): Generator<PartPlace> {
  for (const message of device.messages.values()) {
    for (const direction of directions) yield { message, direction, part: message[direction] };
    for (const kind of message.kinds.values()) {
      for (const direction of directions) yield { message, kind, direction, part: kind[direction] };
    }
  }
}
