import type { Field, Kind, Message, Part, Queue } from "../model/model.js";
import { counterOf } from "./counter.js";
import type { InterfaceDeclaration } from "./declaration.js";
import { docText } from "./doc-comment.js";
import type { Emission } from "./emission.js";
import { type Entry, type Node, print, typeNode } from "./literal.js";
import { key } from "./names-in-code.js";
import { plainType, visible } from "./plain-type.js";

/** What a driver sends and receives, in types: by queue, then by kind. */
export function emitTraffic(emission: Emission): InterfaceDeclaration {
  return {
    kind: "interface",
    name: emission.named("Traffic"),
    exported: true,
    doc: docText("What a driver sends and receives, by queue and kind."),
    properties: emission.device.queues.map((queue) => ({
      name: key(queue.name),
      type: indented(queueNode(emission, queue), key(queue.name).length + 4),
    })),
  };
}

/** A member's type: what it breaks into is indented like the member when it is printed, and has to fit then. */
function indented(node: Node, before: number): string {
  return print(node, before, 1, 2).replaceAll("\n  ", "\n");
}

function queueNode(emission: Emission, queue: Queue): Node {
  const message = emission.message(queue.carries);
  const kinds =
    message.kinds.length > 0 ? message.kinds : [{ name: message.name, shape: message.common, selectors: [] }];
  return typeNode(kinds.map((kind) => ({ key: key(kind.name), node: typeNode(exchange(emission, message, kind)) })));
}

function exchange(
  emission: Emission,
  message: Message,
  { shape: { toDevice, toDriver }, selectors }: Pick<Kind, "shape" | "selectors">,
): readonly Entry[] {
  const switches = selectors.map((selector) => selector.switch);
  const implied = [message.switch, ...switches, ...toDevice.fields.map(({ type }) => counterOf(type))];
  const sent = visible(toDevice.fields).filter(({ name }) => !implied.includes(name));
  return [
    { key: "toDevice", node: fieldsNode(emission, sent, "driver") },
    { key: "room", node: roomNode(toDriver) },
    { key: "toDriver", node: fieldsNode(emission, visible(toDriver.fields), "device") },
  ];
}

function fieldsNode(emission: Emission, fields: readonly Field[], chooser: "device" | "driver"): Node {
  return typeNode(fields.map(({ ts, type }) => ({ key: key(ts), node: plainType(emission, type, chooser) })));
}

/** Bytes, or elements, that the device may fill. */
function roomNode({ variable }: Part): Node {
  return typeNode(variable === undefined ? [] : [{ key: key(variable.ts), node: "number" }]);
}
