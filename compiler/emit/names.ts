import type { NameList } from "../model/model.js";
import type { Declaration } from "./declaration.js";
import { docOf, docText } from "./doc-comment.js";
import type { Emission } from "./emission.js";
import { constObject } from "./features.js";
import { inWords } from "./field-doc.js";
import type { Entry } from "./literal.js";
import { identifier, key } from "./names-in-code.js";

/** Lists of names and constants, as objects with literal values. */
export function emitNames(emission: Emission): readonly Declaration[] {
  return [...emission.device.names.flatMap(nameList), ...constants(emission)];
}

function nameList(list: NameList): readonly Declaration[] {
  const name = identifier(list.ts);
  const entries = list.values.map(
    (item): Entry => ({
      key: key(item.ts),
      node: String(item.value),
      doc: docOf(item, item.if === undefined ? undefined : `Exists with ${inWords(item.if)}.`),
    }),
  );
  return [
    { kind: "const", name, exported: true, doc: docOf(list), value: constObject(entries, name) },
    { kind: "type", name, exported: true, type: `(typeof ${name})[keyof typeof ${name}]` },
  ];
}

function constants(emission: Emission): readonly Declaration[] {
  const all = emission.device.constants;
  if (all.length === 0) return [];
  const name = emission.named("Constant");
  const entries = all.map((item): Entry => ({ key: key(item.name), node: String(item.value), doc: docOf(item) }));
  const doc = docText(`Constants of the ${emission.title}.`);
  return [{ kind: "const", name, exported: true, doc, value: constObject(entries, name) }];
}
