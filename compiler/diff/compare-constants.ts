import type { Versions } from "./versions.js";

/** Constants are names in programs; what they say on the wire shows where they are used. */
export function compareConstants(versions: Versions): void {
  for (const { name, value } of versions.old.constants) {
    const here = versions.new.constants.find((constant) => constant.name === name);
    const paths = { old: [["constants", name]], new: [["constants", name]] };
    if (here === undefined) versions.report("source", `constant ${name} is gone`, paths);
    else if (here.value !== value)
      versions.report("source", `constant ${name} was ${value} and is ${here.value}`, paths);
  }
}
