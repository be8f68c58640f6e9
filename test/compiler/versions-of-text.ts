import { SourceText } from "../../compiler/diagnostics/source-text.js";
import { diffDefinitions } from "../../compiler/diff/diff.js";
import { Places } from "../../compiler/diff/places.js";
import type { Version } from "../../compiler/diff/versions.js";
import { compileDefinition } from "../../compiler/front.js";

/** One version of a definition. */
export async function version(text: string, file: string): Promise<Version> {
  const source = new SourceText(file, text);
  const { model, diagnostics } = await compileDefinition(source);
  if (model === undefined) throw new Error(JSON.stringify(diagnostics.filter(({ severity }) => severity === "error")));
  return { device: model, places: new Places(source) };
}

/** A replacement. */
export type Edit = readonly [from: string, to: string];

/** The text after some replacements, one after the other. */
export function edited(text: string, edits: readonly Edit[]): string {
  return edits.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`nothing to replace: ${from}`);
    return before.replace(from, to);
  }, text);
}

/** What the comparison says of two versions, in words. */
export async function changesBetween(old: string, now: string): Promise<string[]> {
  const versions = [await version(old, "old.yaml"), await version(now, "new.yaml")] as const;
  return diffDefinitions([versions[0]], [versions[1]]).changes.map(({ class: kind, message }) => `${kind}: ${message}`);
}
