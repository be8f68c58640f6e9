import { LARGEST_ARRAY, sizeOfType } from "../model/layout.js";
import type { DeviceSyntax } from "../parse/syntax.js";
import { innermost, type TypeSyntax } from "../parse/type-syntax.js";
import { allParts } from "./fields.js";
import type { Pass } from "./pass.js";

/** Fields that a field of a message may have inside: each becomes code. Structs in structs multiply. */
const MOST_FIELDS = 4096;

/** Messages fit into memory, and their code into a file. */
export const checkMessageSize: Pass = (device, report) => {
  const counts = new Map<string, number>();
  for (const { part } of allParts(device)) {
    for (const { name, type, at } of part) {
      const size = sizeOfType(device, type);
      if (size > LARGEST_ARRAY) report("T017", at, { what: `"${name}"`, count: size, limit: LARGEST_ARRAY });
      else if (fieldsIn(device, type, counts) > MOST_FIELDS)
        report("Y011", at, { what: "fields inside of this one", limit: MOST_FIELDS });
    }
  }
};

function fieldsIn(device: DeviceSyntax, type: TypeSyntax, counts: Map<string, number>): number {
  const inner = innermost(type);
  const struct = inner.kind === "struct" ? device.structs.get(inner.name.value) : undefined;
  if (!struct) return 1;
  const known = counts.get(struct.name);
  if (known !== undefined) return known;
  const count = [...struct.fields.values()].reduce((sum, field) => sum + fieldsIn(device, field.type, counts), 0);
  counts.set(struct.name, count);
  return count;
}
