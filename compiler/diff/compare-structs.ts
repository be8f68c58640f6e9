import { compareFields } from "./compare-fields.js";
import type { Writer } from "./compare-limits.js";
import type { Versions } from "./versions.js";

/** The structs that both versions have. Others are compared where they are used. */
export function compareStructs(versions: Versions): void {
  for (const old of versions.old.structs) {
    const here = versions.new.structs.find(({ name }) => name === old.name);
    if (here === undefined) continue;
    const path = ["structs", old.name];
    const writers: readonly Writer[] = ["driver", "device"];
    compareFields(versions, {
      what: `struct ${old.name}`,
      old: old.fields,
      new: here.fields,
      paths: [[...path, "fields"]],
      writersOf: () => writers,
    });
    if (old.size !== here.size)
      versions.report("breaking", `struct ${old.name} had ${old.size} bytes and has ${here.size}`, path);
    if (old.ts !== here.ts) versions.report("source", `struct ${old.name} was ${old.ts} and is ${here.ts}`, path);
  }
}
