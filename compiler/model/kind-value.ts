import type { Located } from "../parse/node.js";
import type { BitsSyntax, DeviceSyntax, FieldSyntax, KindSyntax, MessageSyntax, NamesSyntax } from "../parse/syntax.js";
import { bitsAt, fieldAt, type IntegerFieldSyntax, isPlainInteger } from "./field-paths.js";
import { layoutPart } from "./part-layout.js";

export { type IntegerFieldSyntax, isPlainInteger } from "./field-paths.js";

/** The part that tells a message's kinds apart: the driver's, or the device's where the driver says nothing. */
export function switchPart({ toDevice, toDriver }: MessageSyntax): readonly FieldSyntax[] {
  return toDevice.length > 0 ? toDevice : toDriver;
}

/** What a switch looks at: an integer, or some bits of one. */
export interface SwitchSyntax {
  readonly field: IntegerFieldSyntax;
  readonly bits?: BitsSyntax;
  /** The list that its values have their names from. */
  readonly names?: NamesSyntax;
}

/** One level of kinds: what tells the kinds apart, and what it is for one of them. */
export interface LevelSyntax {
  readonly path: Located<string> | undefined;
  readonly switch: SwitchSyntax | undefined;
  readonly name: string;
  readonly at: KindSyntax["at"];
  readonly value: number | undefined;
  readonly given: Located<number> | undefined;
}

/** The levels of a kind, outermost first. */
export function levelsOf(device: DeviceSyntax, message: MessageSyntax, kind: KindSyntax): readonly LevelSyntax[] {
  const isAnswer = message.toDevice.length === 0;
  const paths = [message.switch, ...kind.outer.map((outer) => outer.switch)];
  const own = [...kind.outer, { ...kind, name: kind.name.slice(prefixOf(kind).length) }];
  return own.map(({ name, at, value: given }, i) => {
    const outer = kind.outer.slice(0, i).flatMap((one) => [...(isAnswer ? one.toDriver : one.toDevice)]);
    const found = switchAt(device, [...switchPart(message), ...outer], paths[i]?.value);
    const value = given?.value ?? found?.names?.values.get(name)?.value.value;
    return { path: paths[i], switch: found, name, at, value, given };
  });
}

function prefixOf({ outer }: KindSyntax): string {
  return outer.map(({ name }) => `${name}_`).join("");
}

/** The switch field of a message, if it is an integer, or bits of one, that has a place of its own. */
export function switchField(device: DeviceSyntax, message: MessageSyntax): SwitchSyntax | undefined {
  const part = switchPart(message);
  const body = part.findIndex(({ type }) => type.kind === "body");
  const isSized = part[body]?.size !== undefined;
  const before = body === -1 || isSized ? part : part.slice(0, body);
  return switchAt(
    device,
    before.filter((field) => !isLate(device, part, field)),
    message.switch?.value,
  );
}

/** Whether a field may be absent, or has a place only when arrays before it are counted. */
function isLate(device: DeviceSyntax, part: readonly FieldSyntax[], field: FieldSyntax): boolean {
  const { placed, anchors } = layoutPart(device, part, []);
  const at = placed.find((one) => one.field === field)?.at;
  return field.if !== undefined || anchors[at?.anchor ?? -1]?.after !== undefined || at?.from === "end";
}

function switchAt(
  device: DeviceSyntax,
  part: readonly FieldSyntax[],
  path: string | undefined,
): SwitchSyntax | undefined {
  if (path === undefined) return undefined;
  const field = fieldAt(device, part, path);
  if (field && isPlainInteger(field)) return { field, ...listOf(device, field.type.names?.value) };
  const found = bitsAt(device, part, path);
  if (found?.field.type.kind !== "integer" || found.field.type.width > 4) return undefined;
  const { bits } = found;
  return { field: found.field as IntegerFieldSyntax, bits, ...listOf(device, bits.names?.value) };
}

function listOf({ names }: DeviceSyntax, list: string | undefined): { names?: NamesSyntax } {
  const found = names.get(list ?? "");
  return found ? { names: found } : {};
}

/** What the innermost switch says for a kind: its own value, or that of its name in the field's list. */
export function kindValue(device: DeviceSyntax, message: MessageSyntax, kind: KindSyntax): number | undefined {
  return levelsOf(device, message, kind).at(-1)?.value;
}
