import type { Pass } from "./pass.js";

/** What a driver or a behaviour meets is explained. */
export const checkDocs: Pass = (device, report) => {
  for (const { name, doc, legacy, at } of device.features.values()) {
    if (!doc && !legacy) report("F010", at, { feature: name });
  }
  for (const { name, doc, at, type } of device.config?.fields.values() ?? []) {
    if (!doc && type.kind !== "reserved") report("C007", at, { field: name });
  }
  for (const message of device.messages.values()) {
    if (!message.doc) report("M009", message.at, { what: "message", name: message.name });
    for (const { name, doc, at } of message.kinds.values()) if (!doc) report("M009", at, { what: "kind", name });
  }
  for (const { name, doc, at } of device.queues.values()) if (!doc) report("Q008", at, { queue: name });
};
