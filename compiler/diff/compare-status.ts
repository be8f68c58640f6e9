import type { Message } from "../model/model.js";
import { compareListOf } from "./compare-integers.js";
import type { Versions } from "./versions.js";

/** Where an answer says its outcome, and which values it has. */
export function compareStatus(versions: Versions, old: Message, here: Message): void {
  const paths = { old: [["messages", old.name, "status"]], new: [["messages", here.name, "status"]] };
  for (const key of ["field", "ok", "error", "unsupported", "malformed"] as const) {
    const [before, after] = [old.status?.[key], here.status?.[key]];
    if (before === after) continue;
    const kind = key === "field" || key === "ok" ? "breaking" : "warning";
    const message = `message ${old.name}: the status ${key} was ${before ?? "none"} and is ${after ?? "none"}`;
    versions.report(kind, message, paths);
  }
  compareListOf(versions, [old.status?.names, here.status?.names], `message ${old.name}: the status`, paths);
}
