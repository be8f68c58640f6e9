import { optional } from "../parse/optional.js";
import type { DeviceSyntax, KindSyntax, MessageSyntax, NamesSyntax } from "../parse/syntax.js";
import { buildPart } from "./build-fields.js";
import { documented } from "./documented.js";
import { fieldAt } from "./field-paths.js";
import { handlerOf, typeName } from "./item-names.js";
import { levelsOf } from "./kind-value.js";
import type { Kind, Message, Selector, Shape, Spans, Status } from "./model.js";
import { countNames, limitNames, ruleNames } from "./places.js";
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
    ...optional("minSize", message.minSize && resolve(message.minSize, limitNames(device))),
    ...optional("spans", buildSpans(device, message)),
    common: buildShape(device, message),
    kinds: [...message.kinds.values()].map((kind, i) => buildKind(device, message, kind, i)),
    ...documented(message),
  };
}

function buildShape(device: DeviceSyntax, message: MessageSyntax, kind?: KindSyntax): Shape {
  const sent = [...message.toDevice, ...(kind?.toDevice ?? [])];
  return {
    toDevice: buildPart(device, message.toDevice, kind?.toDevice ?? []),
    toDriver: buildPart(device, message.toDriver, kind?.toDriver ?? [], sent),
  };
}

function buildSpans(device: DeviceSyntax, { spans }: MessageSyntax): Spans | undefined {
  return spans && { ...optional("if", spans.if && resolve(spans.if, ruleNames(device))), count: spans.count.value };
}

/** What is not said is an error: a malformed request, and one that the device does not know. */
function buildStatus(device: DeviceSyntax, message: MessageSyntax): Status | undefined {
  const { status } = message;
  if (!status) return undefined;
  const number = (name: string | undefined): number => statusNumber(device, message, name ?? status.error.value);
  return {
    field: status.field.value,
    ...optional("names", statusList(device, message)?.name),
    ok: number(status.ok.value),
    error: number(status.error.value),
    unsupported: number(status.unsupported?.value),
    malformed: number(status.malformed?.value),
  };
}

function statusNumber(device: DeviceSyntax, message: MessageSyntax, name: string): number {
  return statusList(device, message)?.values.get(name)?.value.value ?? 0;
}

/** The list that a status has its values from: the message's, or that of the field. */
export function statusList(device: DeviceSyntax, { status, toDriver }: MessageSyntax): NamesSyntax | undefined {
  if (status?.names) return device.names.get(status.names.value);
  const type = status && fieldAt(device, toDriver, status.field.value)?.type;
  return type?.kind === "integer" && type.use === "enum" ? device.names.get(type.names?.value ?? "") : undefined;
}

function buildKind(device: DeviceSyntax, message: MessageSyntax, kind: KindSyntax, number: number): Kind {
  const selectors = buildSelectors(device, message, kind);
  const value = selectors.at(-1)?.value ?? 0;
  const isNested = [...message.kinds.values()].some(({ outer }) => outer.length > 0);
  const { ok, failsIf } = kind;
  return {
    name: kind.name,
    ts: typeName(device, kind, "Kind"),
    handler: handlerOf(kind),
    value,
    id: isNested ? number : value,
    selectors,
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

function buildSelectors(device: DeviceSyntax, message: MessageSyntax, kind: KindSyntax): Selector[] {
  return levelsOf(device, message, kind).map(({ path, name, value }, i) => ({
    switch: path?.value ?? "",
    name,
    value: value ?? 0,
    ...optional("doc", kind.outer[i]?.doc),
  }));
}
