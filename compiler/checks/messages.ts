import type { Report } from "../diagnostics/collector.js";
import { levelsOf, switchField, switchPart } from "../model/kind-value.js";
import type { DeviceSyntax, KindSyntax, MessageSyntax } from "../parse/syntax.js";
import { allParts, type Direction, type PartPlace, spelled } from "./fields.js";
import type { Pass } from "./pass.js";

/** A message has bytes, and says how its kinds are told apart and where their fields go. */
export const checkMessages: Pass = (device, report) => {
  for (const message of device.messages.values()) {
    checkSwitch(device, message, report);
    checkBytes(message, report);
  }
  for (const place of allParts(device)) checkBody(place, report);
};

function checkSwitch(device: DeviceSyntax, message: MessageSyntax, report: Report): void {
  const { name, kinds } = message;
  if (kinds.size === 0) return checkNeedless(message, report);
  const part = switchPart(message) === message.toDevice ? "to-device" : "to-driver";
  if (!message.switch) report("M001", message.at, { message: name });
  else if (!switchField(device, message)) report("M002", message.switch.at, { field: message.switch.value, part });
  const seen = new Set<unknown>();
  for (const kind of kinds.values()) checkInner(device, message, kind, seen, part, report);
}

/** A kind that has kinds says what tells them apart. */
function checkInner(
  device: DeviceSyntax,
  message: MessageSyntax,
  kind: KindSyntax,
  seen: Set<unknown>,
  part: string,
  report: Report,
): void {
  const levels = levelsOf(device, message, kind);
  for (const [i, outer] of kind.outer.entries()) {
    const inner = levels[i + 1];
    if (seen.has(outer.at)) continue;
    seen.add(outer.at);
    if (!outer.switch) report("M001", outer.at, { message: outer.name });
    else if (!inner?.switch) report("M002", outer.switch.at, { field: outer.switch.value, part });
  }
}

function checkNeedless({ name, keys }: MessageSyntax, report: Report): void {
  for (const key of ["switch", "prefix"]) {
    const at = keys.get(key);
    if (at) report("M016", at, { message: name, key });
  }
}

function checkBytes(message: MessageSyntax, report: Report): void {
  const parts = [message, ...message.kinds.values()].flatMap(({ toDevice, toDriver }) => [...toDevice, ...toDriver]);
  if (parts.every(({ type }) => type.kind === "body")) report("M013", message.at, { message: message.name });
}

function checkBody({ message, kind, direction, part }: PartPlace, report: Report): void {
  const bodies = part.filter(({ type }) => type.kind === "body");
  if (kind) {
    const where = `kind ${kind.name}, which has no kinds`;
    for (const { typeAt } of bodies) report("M012", typeAt, { where });
    if (part.length > 0) checkRoom(message, kind.name, direction, part[0]?.at ?? kind.at, report);
  } else {
    if (bodies[1]) report("M005", bodies[1].at, { part: spelled[direction] });
    const where = `message "${message.name}", which has no kinds`;
    if (bodies[0] && message.kinds.size === 0) report("M012", bodies[0].typeAt, { where });
  }
}

function checkRoom(
  message: MessageSyntax,
  kind: string,
  direction: Direction,
  at: MessageSyntax["at"],
  report: Report,
): void {
  const hasRoom = message[direction].some(({ type }) => type.kind === "body");
  if (!hasRoom) report("M004", at, { kind, part: spelled[direction] });
}
