import type { CopiedField, Field, Shape } from "../model/model.js";
import { readInteger, writeInteger } from "./integer-code.js";
import { findInteger } from "./integer-paths.js";
import type { MessageView } from "./message-view.js";
import { plus } from "./view-member.js";

/** Code that copies what an answer has from the request. @param done names of fields that were copied before */
export function copyLines(view: MessageView, shape: Shape, done: ReadonlySet<string> = new Set()): readonly string[] {
  return shape.toDriver.fields
    .filter(({ copies, name }) => copies !== undefined && !done.has(name))
    .flatMap((field) => fieldLines(view, shape, field));
}

function fieldLines(view: MessageView, shape: Shape, field: Field): readonly string[] {
  const from = shape.toDevice.fields.find(({ name }) => name === field.copies?.from);
  if (!from) throw new Error(`there is no ${field.copies?.from} to copy`);
  const bases = [
    view.placeOf(shape.toDevice, from, "toDevice").base(view.offset(from, "toDevice")),
    view.placeOf(shape.toDriver, field, "toDriver").base(view.offset(field, "toDriver")),
  ] as const;
  const parts = field.copies?.fields;
  if (parts === undefined) return [`this.copyToAnswer(${bases[0]}, ${bases[1]}, ${field.size});`];
  return parts.map((part) => partLine(view, shape, field, from, part, bases));
}

/** A field of a struct: the flags themselves only as far as they ask for a copy. */
function partLine(
  view: MessageView,
  shape: Shape,
  field: Field,
  from: Field,
  { field: name, flags, bits }: CopiedField,
  [source, target]: readonly [string, string],
): string {
  const { imports } = view.emission;
  const asked = findInteger(view, shape.toDevice, `${from.name}.${flags}`, "toDevice");
  const struct = field.type.kind === "struct" ? view.emission.struct(field.type.struct) : undefined;
  const part = struct?.fields.find((candidate) => candidate.name === name);
  if (!asked || !part) throw new Error(`there is no ${name} to copy`);
  const mask = `0x${(bits.reduce((sum, bit) => sum + 2 ** bit, 0) >>> 0).toString(16)}`;
  const set = `${readInteger(asked.type, `${asked.place.scratch}.view`, asked.at, imports)} & ${mask}`;
  const written = name === flags ? findInteger(view, shape.toDriver, `${field.name}.${flags}`, "toDriver") : undefined;
  if (written) return `${writeInteger(written.type, `${written.place.scratch}.view`, written.at, set, imports)};`;
  const { bytes } = part.at;
  return `if ((${set}) !== 0) this.copyToAnswer(${plus(source, bytes)}, ${plus(target, bytes)}, ${part.size});`;
}
