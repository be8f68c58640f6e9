import type { ConfigField } from "../model/model.js";
import { compareFields } from "./compare-fields.js";
import type { ItemPaths, Versions } from "./versions.js";

/** The configuration space. What the driver may write, the device writes as well. */
export function compareConfig(versions: Versions): void {
  compareFields(versions, {
    what: "config",
    old: versions.old.config.fields,
    new: versions.new.config.fields,
    paths: [["config", "fields"]],
    writersOf: ({ access }) => (access === "ro" ? ["device"] : ["driver"]),
    pair: (pair, what, paths) => comparePair(versions, pair, what, paths),
  });
  // What else makes it smaller is reported as a field that is gone or another.
  const [before, after] = [versions.old.config.size, versions.new.config.size];
  if (after < before && versions.old.config.fields.at(-1)?.type.kind === "reserved")
    versions.report("breaking", `config had ${before} bytes and has ${after}`, ["config"]);
}

const states = ["always", "FEATURES_OK", "DRIVER_OK"];

function comparePair(
  versions: Versions,
  [old, now]: readonly [ConfigField, ConfigField],
  what: string,
  paths: ItemPaths,
): void {
  // The language ties access to no feature: who could write before can no longer, or the device meets writes.
  if (old.access !== now.access) versions.report("breaking", `${what} was ${old.access} and is ${now.access}`, paths);
  if (old.from !== now.from && now.access !== "ro") {
    const isLater = states.indexOf(now.from) > states.indexOf(old.from);
    const message = `${what} may be written from ${now.from} on; it was ${old.from}`;
    versions.report(isLater ? "breaking" : "compatible", message, paths);
  }
  for (const key of ["changes", "default", "onReset"] as const) {
    if (old[key] === now[key]) continue;
    versions.report("warning", `${what}: ${keys[key]} was ${old[key] ?? 0} and is ${now[key] ?? 0}`, paths);
  }
}

const keys = { changes: "changes", default: "default", onReset: "on-reset" };
