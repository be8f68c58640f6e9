import type { Message } from "./message.js";
import { ProtocolError } from "./protocol-error.js";
import { checkQueueSize, isPacked } from "./ring-format.js";
import type { Answer, SessionParts } from "./session-parts.js";
import { Inflight, type InflightMessage } from "./wire.js";

export function getInflight(parts: SessionParts, { payload }: Message): Answer {
  const [region, descriptor] = parts.inflight.create(decodeInflight(parts, payload), isPacked(parts.model));
  return { payload: Inflight.encode(region).subarray(0, payload.length), descriptor };
}

export function setInflight(parts: SessionParts, message: Message): Answer {
  const region = decodeInflight(parts, message.payload);
  if (parts.rings.running) throw new ProtocolError("a ring runs");
  message.lendDescriptors(([fd]) => parts.inflight.use(region, fd as number, isPacked(parts.model)));
  return true;
}

function decodeInflight(parts: SessionParts, payload: Uint8Array): InflightMessage {
  const region = Inflight.decode(payload);
  const { queues, queueSize } = region;
  const { countMax, sizeMax } = parts.model.queues;
  if (queues === 0 || queues > countMax) throw new ProtocolError(`${queues} queues of ${countMax}`);
  checkQueueSize(queueSize, sizeMax, isPacked(parts.model));
  return region;
}
