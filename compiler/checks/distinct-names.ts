import type { Report } from "../diagnostics/collector.js";
import type { ItemSyntax } from "../parse/syntax.js";

/** An item with a name that it has in TypeScript. */
export interface NamedItem {
  readonly ts: string;
  readonly item: ItemSyntax;
}

/** Reports names that two items have. */
export function checkDistinct(names: Iterable<NamedItem>, where: string, report: Report): void {
  const owners = new Map<string, ItemSyntax>();
  for (const { ts, item } of names) {
    const other = owners.get(ts);
    if (other) report("N001", item.ts?.at ?? item.at, { name: item.name, other: other.name, ts, where });
    else owners.set(ts, item);
  }
}

/** Items with their names. */
export function named<T extends ItemSyntax>(items: Iterable<T>, nameOf: (item: T) => string): NamedItem[] {
  return [...items].map((item) => ({ ts: nameOf(item), item }));
}
