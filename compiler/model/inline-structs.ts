import type { ExpressionSyntax } from "../parse/expression-syntax.js";
import type { Located } from "../parse/node.js";
import type { DeviceSyntax, FieldSyntax, PartSyntax, StructSyntax } from "../parse/syntax.js";
import type { TypeSyntax } from "../parse/type-syntax.js";
import { hasFixedSize } from "./fixed-size.js";
import { memberName } from "./item-names.js";
import { capitalized } from "./view-names.js";

/** Fields that a part may have when all structs of no fixed size lie in place: structs in structs multiply. */
export const MOST_INLINED = 4096;

/** A part in which the fields of structs of no fixed size stand in place of these: `hdr.num_buffers`. */
export function inlineStructs(device: DeviceSyntax, part: PartSyntax): PartSyntax {
  return inline(device, part, [], { left: MOST_INLINED });
}

/** A part with more fields than that is cut off here, and refused by the checks for its size. */
function inline(device: DeviceSyntax, part: PartSyntax, path: readonly string[], budget: { left: number }): PartSyntax {
  return part.flatMap((field) => {
    if (budget.left-- <= 0) return [];
    const struct = field.type.kind === "struct" ? device.structs.get(field.type.name.value) : undefined;
    if (!struct || field.union || path.includes(struct.name) || hasFixedSize(device, field.type)) return [field];
    const own = [...struct.fields.values()].map((inner) => inside(field, struct, inner));
    return inline(device, own, [...path, struct.name], budget);
  });
}

/** A field of a struct as one of what holds the struct: its own name after the other's, and present where both are. */
function inside(outer: FieldSyntax, struct: StructSyntax, field: FieldSyntax): FieldSyntax {
  const renamed = (name: string): string =>
    struct.fields.has(name.split(".")[0] ?? "") ? `${outer.name}.${name}` : name;
  const located = <T extends string | number>(name: Located<T>): Located<T> =>
    typeof name.value === "string" ? { ...name, value: renamed(name.value) as T } : name;
  const gate = both(outer.if, field.if);
  const { stride, guestAddress } = field;
  return {
    ...field,
    name: `${outer.name}.${field.name}`,
    inlined: field.name,
    ts: { value: memberName(outer) + capitalized(memberName(field)), at: outer.ts?.at ?? outer.at },
    at: field.at,
    type: renameLengths(field.type, renamed),
    ...(gate ? { if: gate } : {}),
    ...(stride ? { stride: located(stride) } : {}),
    ...(guestAddress ? { guestAddress: { ...guestAddress, length: located(guestAddress.length) } } : {}),
  };
}

function both(a: ExpressionSyntax | undefined, b: ExpressionSyntax | undefined): ExpressionSyntax | undefined {
  return a && b ? { kind: "binary", operator: "&", left: a, right: b } : (a ?? b);
}

/** Lengths count by fields of the struct, which have other names now. */
function renameLengths(type: TypeSyntax, renamed: (name: string) => string): TypeSyntax {
  if (type.kind !== "array") return type;
  const element = renameLengths(type.element, renamed);
  return type.length ? { ...type, element, length: renameIn(type.length, renamed) } : { ...type, element };
}

function renameIn(e: ExpressionSyntax, renamed: (name: string) => string): ExpressionSyntax {
  switch (e.kind) {
    case "name":
      return { ...e, name: renamed(e.name) };
    case "not":
      return { ...e, operand: renameIn(e.operand, renamed) };
    case "binary":
      return { ...e, left: renameIn(e.left, renamed), right: renameIn(e.right, renamed) };
    case "choice": {
      const [test, then, otherwise] = [
        renameIn(e.test, renamed),
        renameIn(e.then, renamed),
        renameIn(e.otherwise, renamed),
      ];
      return { kind: "choice", test, then, otherwise };
    }
    default:
      return e;
  }
}
