import type { DeviceDescription, QueueDescription } from "./description.js";
import { evaluate, type Scope } from "./expression.js";

/** What the queue at an index is for. */
export interface QueueRole {
  readonly queue: QueueDescription;
  /** Instance number. */
  readonly n: number;
}

/** The queues that exist with a set of features, by index (VIRTIO: each device type's "Virtqueues" section). */
export function queueTable(device: DeviceDescription, scope: Scope): Map<number, QueueRole> {
  const table = new Map<number, QueueRole>();
  for (const queue of device.queues) {
    if (queue.if !== undefined && evaluate(queue.if, scope) === 0) continue;
    const count = queue.count === undefined ? 1 : evaluate(queue.count, scope);
    for (let n = 0; n < count; n++) table.set(evaluate(queue.index, { ...scope, n }), { queue, n });
  }
  return table;
}

/** One more than the highest queue index over all feature sets that could be accepted: what GET_QUEUE_NUM answers. */
export function queueCountMax(device: DeviceDescription, offered: readonly string[], config: Scope["config"]): number {
  const mentioned = new Set(device.queues.flatMap((queue) => [queue.index, queue.count, queue.if].flatMap(featuresIn)));
  const names = offered.filter((name) => mentioned.has(name));
  let count = 0;
  for (let set = 0; set < 2 ** names.length; set++) {
    const chosen = new Set(names.filter((_, bit) => (set >> bit) & 1));
    const table = queueTable(device, { feature: (name) => chosen.has(name), config });
    count = Math.max(count, ...[...table.keys()].map((index) => index + 1));
  }
  return count;
}

function featuresIn(expression: unknown): string[] {
  if (typeof expression === "string") return [expression];
  if (!Array.isArray(expression)) return [];
  const [operator, ...operands] = expression;
  return operator === "config" || operator === "field" ? [] : operands.flatMap(featuresIn);
}
