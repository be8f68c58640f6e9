import { show } from "../../model/evaluate.js";
import type { Field, Struct, Type } from "../../model/model.js";

/** What C can say of fields that lie one after the other: those that have one place each, and a last array of any length. */
export interface FixedPrefix {
  readonly fields: readonly Field[];
  /** Bytes, without the array. */
  readonly size: number;
  /** Whether the last of them has any length: nothing can follow it. */
  readonly endsOpen: boolean;
  /** In words: what comes after, at places that depend on features or on the request. */
  readonly rest: string | undefined;
}

/**
 * Cuts fields before the first whose place, presence or stride is not fixed.
 *
 * @param isNested the fields are a struct's, which others may hold: it has no array of any length
 */
export function fixedPrefix(structs: readonly Struct[], all: readonly Field[], isNested: boolean): FixedPrefix {
  const fields: Field[] = [];
  let size = 0;
  let endsOpen = false;
  for (const field of all) {
    const { at, union } = field;
    const bytes = bytesOf(structs, field);
    if (at.anchor !== undefined || field.if !== undefined || !isSayable(structs, field, isNested, size)) break;
    fields.push(field);
    size = Math.max(size, at.bytes + (union?.size ?? bytes));
    endsOpen = isOpen(structs, field.type);
    if (endsOpen) break;
  }
  return { fields, size, endsOpen, rest: restSaid(all.slice(fields.length)) };
}

/** An array of any length is no first member; an open struct may have nothing that is fixed. */
function isSayable(structs: readonly Struct[], { type, ...field }: Field, isNested: boolean, before: number): boolean {
  if (!isOpen(structs, type)) return true;
  if (type.kind === "array") return !isNested && before > 0 && type.strideFrom === undefined;
  return bytesOf(structs, { ...field, type }) > 0;
}

/** Whether a type has another size from request to request. */
function isOpen(structs: readonly Struct[], type: Type): boolean {
  if (type.kind === "array") return type.length.kind !== "fixed";
  return type.kind === "struct" && (structs.find(({ name }) => name === type.struct)?.isOpen ?? false);
}

function bytesOf(structs: readonly Struct[], { type, size }: Field): number {
  const struct = type.kind === "struct" ? structs.find(({ name }) => name === type.struct) : undefined;
  return struct?.isOpen ? fixedPrefix(structs, struct.fields, true).size : size;
}

function restSaid(fields: readonly Field[]): string | undefined {
  const meant = fields.filter(({ type }) => type.kind !== "reserved");
  const names = meant.map(({ name, if: gate }) => (gate === undefined ? name : `${name} (if ${show(gate)})`));
  return names.length === 0 ? undefined : `Followed by what has no fixed place: ${names.join(", ")}.`;
}
