import type { AdministrationItemSyntax } from "../parse/administration-syntax.js";
import type { DeviceSyntax, StructSyntax } from "../parse/syntax.js";
import { innermost, type TypeSyntax } from "../parse/type-syntax.js";
import { allParts } from "./fields.js";
import { viewedStructs } from "./viewed-structs.js";

/** Everything that administration commands carry. */
export function administrationItems({ administration }: DeviceSyntax): readonly AdministrationItemSyntax[] {
  return Object.values(administration).flatMap((items) => [...items.values()]);
}

/** Structs that administration commands carry, in themselves or in other structs. */
export function administeredStructs(device: DeviceSyntax): ReadonlySet<StructSyntax> {
  const found = new Set(administrationItems(device).flatMap(({ struct }) => device.structs.get(struct.value) ?? []));
  // A set goes on to what is added meanwhile.
  for (const { fields } of found) {
    for (const { type } of fields.values()) {
      const struct = structIn(device, type);
      if (struct) found.add(struct);
    }
  }
  return found;
}

/** Those that no message holds, nor has in place: no view has to show what is in them. */
export function recordStructs(device: DeviceSyntax): ReadonlySet<StructSyntax> {
  const viewed = viewedStructs(device);
  const inParts = new Set([...allParts(device)].flatMap(({ part }) => part.map(({ at }) => at)));
  const isInPlace = ({ fields }: StructSyntax): boolean => [...fields.values()].some(({ at }) => inParts.has(at));
  return new Set([...administeredStructs(device)].filter((struct) => !viewed.has(struct) && !isInPlace(struct)));
}

export function structIn(device: DeviceSyntax, type: TypeSyntax): StructSyntax | undefined {
  const inner = innermost(type);
  return inner.kind === "struct" ? device.structs.get(inner.name.value) : undefined;
}
