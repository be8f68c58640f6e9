import type { Declaration } from "./declaration.js";
import { docOf, docText } from "./doc-comment.js";
import type { Emission } from "./emission.js";
import { constObject } from "./features.js";
import { inWords } from "./field-doc.js";
import type { Entry } from "./literal.js";
import { key } from "./names-in-code.js";

/** Ids of the shared memory regions by name; of a range, the first. */
export function emitSharedMemory(emission: Emission): readonly Declaration[] {
  const regions = emission.device.sharedMemory;
  if (regions.length === 0) return [];
  const name = emission.named("SharedMemory");
  const entries = regions.map((region): Entry => {
    const range = region.last === undefined ? undefined : `Ids ${region.id} to ${region.last}.`;
    const exists = region.if === undefined ? undefined : `Exists with ${inWords(region.if)}.`;
    const optional = region.optional ? "A device may have it or not." : undefined;
    return { key: key(region.name), node: String(region.id), doc: docOf(region, range, exists, optional) };
  });
  const doc = docText(`Shared memory regions of the ${emission.title}: ids by name.`);
  return [{ kind: "const", name, exported: true, doc, value: constObject(entries, name) }];
}
