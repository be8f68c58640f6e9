import type { Report } from "../diagnostics/collector.js";
import type { AdministrationItemSyntax, AdministrationSyntax } from "./administration-syntax.js";
import type { Entry, Located, MapNode } from "./node.js";
import { expressions, located, mapAt, readItem, readItems } from "./read-values.js";

/** Reads what administration commands carry. */
export function readAdministration(root: MapNode, report: Report): AdministrationSyntax {
  const read = (key: string, struct: string): AdministrationSyntax["capabilities"] =>
    readItems(mapAt(root, key), (entry) => readEntry(entry, struct, report));
  return {
    capabilities: read("capabilities", "data"),
    resourceObjects: read("resource-objects", "data"),
    deviceParts: read("device-parts", "selector"),
  };
}

/** @param struct the key that names the struct */
function readEntry(entry: Entry, struct: string, report: Report): AdministrationItemSyntax {
  const map = entry.value as MapNode;
  return {
    ...readItem(entry),
    id: located<number>(map, "id") as Located<number>,
    struct: located<string>(map, struct) as Located<string>,
    ...expressions(map, { if: "if" }, report),
  };
}
