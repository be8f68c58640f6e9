import type { Codec } from "../../virtio/codec.js";
import type { DeviceDescription, MessageDescription, ShapeDescription } from "../../virtio/description.js";
import type { Scope } from "../../virtio/expression.js";
import { type Values, withValueAt } from "../../virtio/part-layout.js";
import { kindsOf } from "./answers.js";
import { splitAssignment, valuesOf } from "./assignments.js";
import { type WrittenPart, writtenPart } from "./written-part.js";

/** What a device says by itself, once its driver is ready. */
export interface Post {
  readonly queue: string;
  /** Which of the queues of that name. */
  readonly instance: number;
  readonly kind: string;
  readonly shape: ShapeDescription;
  readonly values: Values;
}

/**
 * Reads `QUEUE,FIELD=VALUE,...`, or `QUEUE=KIND,FIELD=VALUE,...` where the queue carries several kinds; `QUEUE[N]` is one of
 * several queues of that name.
 *
 * @throws RangeError where the device has no such queue, kind or field, or does not draw from that queue
 */
export function postOf(device: DeviceDescription, text: string): Post {
  const [head = "", ...more] = text.split(",");
  const [place, named] = head.includes("=") ? splitAssignment(head) : [head, undefined];
  const [, queue = place, instance = 0] = /^(.+)\[(\d+)\]$/.exec(place) ?? [];
  const message = carriedBy(device, queue);
  const kinds = kindsOf(message);
  const kind = named === undefined && kinds.length === 1 ? kinds[0] : kinds.find(({ name }) => name === named);
  if (kind === undefined) {
    const names = kinds.map(({ name }) => `${queue}=${name}`).join(", ");
    throw new RangeError(`${head}: say which kind of message: ${names}`);
  }
  const given = valuesOf(device, kind.shape.toDriver, more.map(splitAssignment));
  const values = withSelectors(device, message, kind.name, given);
  return { queue, instance: Number(instance), kind: kind.name, shape: kind.shape, values };
}

/** The message as bytes, with the features that were negotiated. */
export function postedPart(
  device: DeviceDescription,
  codec: Codec,
  { shape, values }: Post,
  agreed: Scope,
): WrittenPart {
  return writtenPart(device, codec, shape.toDriver, values, agreed);
}

function carriedBy({ queues, messages }: DeviceDescription, name: string): MessageDescription {
  const pools = queues.filter(({ whenEmpty }) => whenEmpty !== undefined);
  const carries = pools.find((queue) => queue.name === name)?.carries;
  const message = messages.find((candidate) => candidate.name === carries);
  if (message !== undefined) return message;
  const names = pools.map((queue) => queue.name).join(", ") || "none";
  throw new RangeError(`the device says nothing by itself on ${name}; queues where it does: ${names}`);
}

/** Values with those of the fields that tell the kind. */
function withSelectors(device: DeviceDescription, message: MessageDescription, name: string, given: Values): Values {
  const kind = message.kinds?.find((candidate) => candidate.name === name);
  if (kind === undefined) return given;
  const selectors = kind.selectors ?? [{ switch: message.switch ?? "", value: kind.value }];
  return selectors.reduce(
    (values, one) => withValueAt(device, kind.shape.toDriver, values, one.switch, one.value),
    given,
  );
}
