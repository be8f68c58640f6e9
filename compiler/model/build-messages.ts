import { optional } from "../parse/optional.js";
import type { DeviceSyntax, KindSyntax, MessageSyntax } from "../parse/syntax.js";
import { buildPart } from "./build-fields.js";
import { documented } from "./documented.js";
import { handlerOf, typeName } from "./item-names.js";
import { kindValue } from "./kind-value.js";
import type { Kind, Message, Shape, Status } from "./model.js";
import { countNames, ruleNames } from "./places.js";
import { resolve } from "./resolve.js";

/** A message with its kinds, each complete in itself. */
export function buildMessage(device: DeviceSyntax, message: MessageSyntax): Message {
  return {
    name: message.name,
    ts: typeName(device, message, "Message"),
    handler: handlerOf(message),
    ...optional("prefix", message.prefix),
    ...optional("switch", message.switch?.value),
    ...optional("status", buildStatus(device, message)),
    common: buildShape(device, message),
    kinds: [...message.kinds.values()].map((kind) => buildKind(device, message, kind)),
    ...documented(message),
  };
}

function buildShape(device: DeviceSyntax, message: MessageSyntax, kind?: KindSyntax): Shape {
  return {
    toDevice: buildPart(device, message.toDevice, kind?.toDevice ?? []),
    toDriver: buildPart(device, message.toDriver, kind?.toDriver ?? []),
  };
}

/** What is not said is an error: a malformed request, and one that the device does not know. */
function buildStatus(device: DeviceSyntax, message: MessageSyntax): Status | undefined {
  const { status } = message;
  if (!status) return undefined;
  const number = (name: string | undefined): number => statusNumber(device, message, name ?? status.error.value);
  return {
    field: status.field.value,
    ok: number(status.ok.value),
    error: number(status.error.value),
    unsupported: number(status.unsupported?.value),
    malformed: number(status.malformed?.value),
  };
}

function statusNumber(device: DeviceSyntax, { status, toDriver }: MessageSyntax, name: string): number {
  const type = toDriver.find((field) => field.name === status?.field.value)?.type;
  const list = type?.kind === "integer" ? type.names?.value : undefined;
  return device.names.get(list ?? "")?.values.get(name)?.value.value ?? 0;
}

function buildKind(device: DeviceSyntax, message: MessageSyntax, kind: KindSyntax): Kind {
  const { ok, failsIf } = kind;
  return {
    name: kind.name,
    ts: typeName(device, kind, "Kind"),
    handler: handlerOf(kind),
    value: kindValue(device, message, kind) ?? 0,
    ...optional("if", kind.if && resolve(kind.if, ruleNames(device))),
    failsIf: failsIf.map(({ when, status }) => ({
      when: resolve(when, countNames(device)),
      status: statusNumber(device, message, status.value),
    })),
    ...optional("ok", ok && statusNumber(device, message, ok.value)),
    shape: buildShape(device, message, kind),
    ...documented(kind),
  };
}
