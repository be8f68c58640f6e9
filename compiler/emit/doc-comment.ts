import type { Documented } from "../model/model.js";

/** Columns that a line of generated code may have. */
export const LINE_WIDTH = 120;

/**
 * The text of a doc comment from what a definition says and what we add. Text of a definition can neither end the comment
 * nor be taken for a directive of the compiler: a directive to TypeScript works from inside a comment.
 */
export function docText(...sentences: readonly (string | undefined)[]): string | undefined {
  const parts = sentences.map((sentence) => oneLine(sentence ?? "")).filter((sentence) => sentence !== "");
  return parts.length === 0 ? undefined : wrap(parts.join(" "));
}

/** What a definition says of an item, with its place in the specification. */
export function docOf({ doc, spec }: Documented, ...more: readonly (string | undefined)[]): string | undefined {
  return docText(doc, ...more, spec === undefined ? undefined : `Specification: ${spec}.`);
}

/** A doc comment as lines of code, for members that are printed by hand. */
export function commentLines(doc: string | undefined): readonly string[] {
  if (doc === undefined) return [];
  if (!doc.includes("\n")) return [`/** ${doc} */`];
  return ["/**", ...doc.split("\n").map((line) => (line === "" ? " *" : ` * ${line}`)), " */"];
}

/** Text of a definition on one line, harmless inside a comment. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}\u2028\u2029]+/gu, " ")
    .trim()
    .replaceAll("*/", "*\\/")
    .replaceAll("@", "\\@");
}

/** Breaks text so that it fits behind the deepest indentation that occurs. */
function wrap(text: string): string {
  const width = LINE_WIDTH - 10;
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}
