import type { Kind, Message } from "../model/model.js";
import { docOf } from "./doc-comment.js";
import type { Emission } from "./emission.js";
import { anyGate, both, gateOf } from "./gate.js";
import { type GatedMember, GatedType } from "./gated-type.js";
import { identifier } from "./names-in-code.js";

/** The handlers of requests that a behaviour needs: one for each kind, or for a message without kinds. */
export function handlersType(emission: Emission): GatedType {
  const requests = emission.device.messages.filter((message) => isRequest(emission, message));
  return new GatedType(
    emission,
    "Handlers",
    requests.flatMap((message) => handlersOf(emission, message)),
  );
}

/** Messages of queues whose buffers are served as they come. */
export function isRequest(emission: Emission, message: Message): boolean {
  return emission.queuesOf(message).length > 0 && !emission.isPool(message);
}

function handlersOf(emission: Emission, message: Message): readonly GatedMember[] {
  const queues = anyGate(emission.queuesOf(message).map((queue) => queue.if));
  const served = message.kinds.length > 0 ? message.kinds : [message];
  return served.map((item) => ({
    gate: both("&", queues, gateOf("if" in item ? item.if : undefined)),
    member: {
      name: handlerOf(item),
      doc: docOf(item),
      parameters: [{ name: "request", type: identifier(item.ts) }],
      returns: "void",
    },
  }));
}

/** The method that serves a kind, or a message without kinds: that one is called like the message. */
export function handlerOf({ handler }: Kind | Message): string {
  return identifier(handler);
}
