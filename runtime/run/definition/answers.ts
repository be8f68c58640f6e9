import type { Value } from "../../virtio/codec.js";
import type { DeviceDescription, MessageDescription, ShapeDescription } from "../../virtio/description.js";
import { valueAt } from "../../virtio/part-layout.js";
import { splitAssignment, valuesOf } from "./assignments.js";

/** What is answered to a kind of request instead of its refusal. */
export interface Answer {
  /** Absent where the message has none. */
  readonly status: number | undefined;
  /** Further fields of the answer, by TypeScript name. */
  readonly fields: Readonly<Record<string, Value>>;
}

/** Answers by kind; a message without kinds has one that is named like itself. Of several for a kind the last one is repeated. */
export class Answers {
  readonly #byKind = new Map<string, Answer[]>();
  readonly #given = new Map<string, number>();

  /**
   * Reads `KIND=STATUS` and `KIND=STATUS,FIELD=VALUE,...`; a status is a name of its list, or a number. It is left out where a
   * message has none.
   *
   * @throws RangeError where the definition has no such kind, status or field
   */
  constructor(device: DeviceDescription, texts: readonly string[]) {
    for (const text of texts) {
      const [head = "", ...more] = text.split(",");
      const [kind, status] = head.includes("=") ? splitAssignment(head) : [head, undefined];
      const { message, shape } = kindOf(device, kind);
      const fields = valuesOf(device, shape.toDriver, more.map(splitAssignment));
      const answer = { status: statusOf(device, message, shape, status), fields };
      this.#byKind.set(kind, [...(this.#byKind.get(kind) ?? []), answer]);
    }
  }

  /** The next answer to requests of a kind. */
  next(kind: string): Answer | undefined {
    const answers = this.#byKind.get(kind) ?? [];
    const given = this.#given.get(kind) ?? 0;
    this.#given.set(kind, given + 1);
    return answers[Math.min(given, answers.length - 1)];
  }

  /** Begins with the first answers again. */
  restart(): void {
    this.#given.clear();
  }
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
  text: string | undefined,
): number | undefined {
  if (text === undefined && status === undefined) return undefined;
  if (text === undefined) throw new RangeError(`${name}: say with which status: ${name}=STATUS`);
  const path = status?.field ?? "";
  const outer = path.split(".")[0];
  const field = toDriver.find((candidate) => candidate.name === outer);
  if (field === undefined) throw new RangeError(`${name} has no status to answer with`);
  const named = device.names[status?.names ?? ""]?.[text];
  const value = valueAt(device, [field], valuesOf(device, [field], [[path, String(named ?? text)]]), path);
  return value as number;
}
