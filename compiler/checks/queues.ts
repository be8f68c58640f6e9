import type { Report } from "../diagnostics/collector.js";
import { didYouMean } from "../diagnostics/did-you-mean.js";
import { workarounds } from "../diagnostics/workarounds.js";
import type { MessageSyntax, QueueSyntax } from "../parse/syntax.js";
import type { Pass } from "./pass.js";

/** Queues carry messages that fit them, and every message has a queue. */
export const checkQueues: Pass = ({ queues, messages }, report) => {
  for (const queue of queues.values()) {
    const { value: name, at } = queue.carries;
    const message = messages.get(name);
    if (message) checkPool(queue, message, report);
    else report("Q005", at, { queue: queue.name, message: name }, { help: didYouMean(name, messages.keys()) });
  }
  checkOneUse([...queues.values()], report);
  const carried = new Set([...queues.values()].map(({ carries }) => carries.value));
  for (const { name, at } of messages.values()) if (!carried.has(name)) report("Q006", at, { message: name });
};

/** A buffer is a request or an empty one, and a message is compiled into one of the two. */
function checkOneUse(queues: readonly QueueSyntax[], report: Report): void {
  const requests = new Set(queues.filter(({ whenEmpty }) => !whenEmpty).map(({ carries }) => carries.value));
  for (const { whenEmpty, carries } of queues) {
    if (!whenEmpty || !requests.has(carries.value)) continue;
    const construct = `a pool of "${carries.value}", which another queue carries as requests,`;
    report("Y008", whenEmpty.at, { construct }, { help: workarounds.poolAndRequests });
  }
}

function checkPool(queue: QueueSyntax, message: MessageSyntax, report: Report): void {
  const parameters = { queue: queue.name, message: message.name };
  const hasToDevice = [message, ...message.kinds.values()].some(({ toDevice }) => toDevice.length > 0);
  if (queue.whenEmpty && hasToDevice) report("Q007", queue.whenEmpty.at, parameters);
  if (!queue.whenEmpty && !hasToDevice && message.switch) report("M008", queue.at, parameters);
  for (const key of ["held", "ordered", "priority"] as const) {
    const at = queue.keys.get(key);
    if (queue.whenEmpty && at) report("Q009", at, { queue: queue.name, key });
  }
  if (message.spans && !queue.whenEmpty)
    report("M020", message.spans.at, { problem: `queue "${queue.name}" is no pool` });
}
