import type { DeviceSyntax, FieldSyntax, Items } from "../parse/syntax.js";
import { innermost, type TypeSyntax } from "../parse/type-syntax.js";
import { constantNames } from "./places.js";
import { resolve } from "./resolve.js";

/** Elements of an array, and bytes of a field, that a definition may fix. */
export const LARGEST_ARRAY: number = 2 ** 20;

/** How many elements an array has, where the definition fixes it. */
export function fixedLength(device: DeviceSyntax, type: TypeSyntax): number | undefined {
  if (type.kind !== "array" && type.kind !== "reserved") return undefined;
  if (type.length === undefined) return undefined;
  let isFixed = true;
  const count = resolve(type.length, constantNames(device), () => {
    isFixed = false;
  });
  return isFixed && typeof count === "number" ? count : undefined;
}

/** Bytes of a value; 0 for arrays whose length is not fixed, and for what cannot be resolved. */
export function sizeOfType(device: DeviceSyntax, type: TypeSyntax): number {
  switch (type.kind) {
    case "integer":
      return type.width;
    case "char":
      return 1;
    case "body":
      return 0;
    case "reserved":
      return fixedLength(device, type) ?? 0;
    case "array":
      return (fixedLength(device, type) ?? 0) * sizeOfType(device, type.element);
    case "struct":
      return measure(device, type.name.value).size;
  }
}

/** What an offset should be a multiple of: the width of the widest integer inside. */
export function alignmentOf(device: DeviceSyntax, type: TypeSyntax): number {
  const inner = innermost(type);
  if (inner.kind === "integer") return inner.width;
  return inner.kind === "struct" ? measure(device, inner.name.value).alignment : 1;
}

interface Measure {
  readonly size: number;
  readonly alignment: number;
}

const measures = new WeakMap<DeviceSyntax, Map<string, Measure>>();

/** Size and alignment of a struct, each worked out once: structs in structs would multiply the work. */
function measure(device: DeviceSyntax, name: string): Measure {
  const known = measures.get(device) ?? new Map<string, Measure>();
  measures.set(device, known);
  const found = known.get(name);
  if (found) return found;
  // A struct that contains itself finds this, until the checks refuse it.
  known.set(name, { size: 0, alignment: 1 });
  const fields = device.structs.get(name)?.fields ?? new Map<string, FieldSyntax>();
  const alignments = [...fields.values()].map(({ type }) => alignmentOf(device, type));
  const measured = { size: sizeOfFields(device, fields), alignment: alignments.reduce((a, b) => Math.max(a, b), 1) };
  known.set(name, measured);
  return measured;
}

/** Bytes of fields one after the other: no padding is ever implied. */
export function sizeOfFields(device: DeviceSyntax, fields: Items<FieldSyntax>): number {
  return sizeOfPart(device, [...fields.values()]);
}

/** The same for a list. */
export function sizeOfPart(device: DeviceSyntax, fields: readonly FieldSyntax[]): number {
  return runsOf(fields).reduce((sum, run) => sum + sizeOfRun(device, run), 0);
}

/** Members of one union; any other field alone. */
export function runsOf(fields: readonly FieldSyntax[]): readonly (readonly FieldSyntax[])[] {
  const runs: FieldSyntax[][] = [];
  for (const field of fields) {
    const last = runs.at(-1);
    if (field.union && !field.union.first && last) last.push(field);
    else runs.push([field]);
  }
  return runs;
}

/** Bytes of a field, or of the largest member of a union. */
export function sizeOfRun(device: DeviceSyntax, run: readonly FieldSyntax[]): number {
  const sizes = run.map(({ type }) => sizeOfType(device, type));
  return Math.max(run[0]?.union?.size?.value ?? 0, ...sizes);
}

/** Whether a field is an array whose length the driver chooses: counted by a value, or the rest of the part. */
export function isVariable(device: DeviceSyntax, { type }: FieldSyntax): boolean {
  return type.kind === "array" && fixedLength(device, type) === undefined;
}

/** Whether elements are bytes or text, which stay in the driver's memory where the driver chooses how many there are. */
export function isPayload(element: TypeSyntax): boolean {
  if (element.kind === "char") return true;
  return element.kind === "integer" && element.width === 1 && !element.signed && !element.use;
}
