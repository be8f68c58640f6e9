import type { Feature } from "../model/model.js";
import type { Declaration } from "./declaration.js";
import { docOf, docText, oneLine } from "./doc-comment.js";
import type { Emission } from "./emission.js";
import { inWords } from "./field-doc.js";
import { type Entry, intersection, print } from "./literal.js";
import { key, text } from "./names-in-code.js";

/** Feature bits by name, and the union of the names. Names of legacy features are not among them. */
export function emitFeatures(emission: Emission): readonly Declaration[] {
  if (!emission.hasFeatures) return [];
  const name = emission.named("Feature");
  const entries = emission.features.map(
    (feature): Entry => ({ key: key(feature.name), node: String(feature.bit), doc: docOf(feature, ...rules(feature)) }),
  );
  const doc = docText(`Features of the ${emission.title}: bit numbers by name.`);
  return [
    { kind: "const", name, exported: true, doc, value: constObject(entries, name) },
    { kind: "type", name, exported: true, type: `keyof typeof ${name}` },
    ...offerType(emission),
  ];
}

function rules({ requires, offerNeeds, conflicts, mandatory }: Feature): readonly (string | undefined)[] {
  return [
    requires === undefined ? undefined : `Requires ${inWords(requires)}.`,
    offerNeeds === undefined ? undefined : `May only be offered with ${inWords(offerNeeds)}.`,
    conflicts.length === 0 ? undefined : `Conflicts with ${conflicts.map(oneLine).join(", ")}.`,
    mandatory ? "The driver must accept it." : undefined,
  ];
}

/** Constants of the definition and lists of names look the same. */
export function constObject(entries: readonly Entry[], name: string): string {
  return `${print({ brackets: "{}", separator: ",", entries }, `export const ${name} = `.length, 10)} as const`;
}

/** What an instance may list, given what its class may offer. */
export function offer(emission: Emission): string {
  if (!emission.hasFeatures) return "never";
  return rulesOfOffers(emission).length > 0 ? `${emission.named("Offer")}<F>` : "F";
}

function offerType(emission: Emission): readonly Declaration[] {
  const checks = rulesOfOffers(emission);
  if (checks.length === 0) return [];
  const doc = docText("The features `F`, or nothing where a class may offer one of them without what it needs.");
  const parameter = `F extends ${emission.named("Feature")}`;
  const name = emission.named("Offer");
  const parts = checks.length === 1 ? checks : checks.map((check) => `(${check})`);
  const type = intersection(parts, `export type ${name}<${parameter}> = `);
  return [{ kind: "type", name, exported: true, doc, typeParameters: [parameter], type }];
}

/** Rules that types can say: one feature, or several that are all needed. */
function rulesOfOffers({ features }: Emission): readonly string[] {
  return features.flatMap(({ name, offerNeeds }) => {
    const needed = conjunction(offerNeeds);
    if (needed === undefined) return [];
    const all = needed.reduceRight((then, feature) => `(${text(feature)} extends F ? ${then} : never)`, "F");
    return [`${text(name)} extends F ? ${all} : F`];
  });
}

function conjunction(needs: Feature["offerNeeds"]): readonly string[] | undefined {
  if (typeof needs === "string") return [needs];
  if (typeof needs !== "object" || needs[0] !== "&") return undefined;
  const [a, b] = [conjunction(needs[1]), conjunction(needs[2])];
  return a && b && [...a, ...b];
}
