import type { Value } from "../../virtio/codec.js";
import type { DeviceDescription, MessageDescription, ShapeDescription } from "../../virtio/description.js";
import { valueAt } from "../../virtio/part-layout.js";
import { splitAssignment, valuesOf } from "./assignments.js";

/** What is answered to a kind of request instead of its refusal. */
export interface Answer {
  readonly status: number;
  /** Further fields of the answer, by TypeScript name. */
  readonly fields: Readonly<Record<string, Value>>;
}

/** Answers by kind; a message without kinds has one that is named like itself. */
export type Answers = ReadonlyMap<string, Answer>;

/**
 * Reads `KIND=STATUS` and `KIND=STATUS,FIELD=VALUE,...`; a status is a name of its list, or a number.
 *
 * @throws RangeError where the definition has no such kind, status or field
 */
export function answersOf(device: DeviceDescription, texts: readonly string[]): Answers {
  return new Map(
    texts.map((text) => {
      const [head = "", ...more] = text.split(",");
      const [kind, status] = splitAssignment(head);
      const { message, shape } = kindOf(device, kind);
      const fields = valuesOf(device, shape.toDriver, more.map(splitAssignment));
      return [kind, { status: statusOf(device, message, shape, status), fields }];
    }),
  );
}

function kindOf(device: DeviceDescription, name: string): { message: MessageDescription; shape: ShapeDescription } {
  const all = device.messages.flatMap((message) => kindsOf(message).map((kind) => ({ message, ...kind })));
  const found = all.find((kind) => kind.name === name);
  if (found !== undefined) return found;
  throw new RangeError(`there is no request ${name}; there are ${all.map((kind) => kind.name).join(", ")}`);
}

/** A kind, or a message that has none. */
export interface NamedShape {
  readonly name: string;
  readonly shape: ShapeDescription;
}

/** The kinds of a message; one without kinds is its own. */
export function kindsOf(message: MessageDescription): NamedShape[] {
  if (message.shape !== undefined) return [{ name: message.name, shape: message.shape }];
  return [...(message.kinds ?? [])];
}

function statusOf(
  device: DeviceDescription,
  { name, status }: MessageDescription,
  { toDriver }: ShapeDescription,
  text: string,
): number {
  const path = status?.field ?? "";
  const outer = path.split(".")[0];
  const field = toDriver.find((candidate) => candidate.name === outer);
  if (field === undefined) throw new RangeError(`${name} has no status to answer with`);
  const value = valueAt(device, [field], valuesOf(device, [field], [[path, text]]), path);
  return value as number;
}
