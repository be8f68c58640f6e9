import type { DeviceSyntax, StructSyntax } from "../parse/syntax.js";
import { innermost, type TypeSyntax } from "../parse/type-syntax.js";
import { allParts } from "./fields.js";

/** Structs that messages hold, in themselves or in other structs: these become views. */
export function viewedStructs(device: DeviceSyntax): ReadonlySet<StructSyntax> {
  const found = new Set<StructSyntax>();
  for (const { part } of allParts(device)) for (const { type } of part) add(device, type, found);
  // A set goes on to what is added meanwhile.
  for (const { fields } of found) for (const { type } of fields.values()) add(device, type, found);
  return found;
}

function add(device: DeviceSyntax, type: TypeSyntax, found: Set<StructSyntax>): void {
  const inner = innermost(type);
  const struct = inner.kind === "struct" ? device.structs.get(inner.name.value) : undefined;
  if (struct) found.add(struct);
}
