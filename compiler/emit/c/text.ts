/** Columns that a line of a header may have; tabs count eight. */
const WIDTH = 80;
const TAB = 8;

/** A comment as lines: `/* one *\/`, or a block where it does not fit into one. */
export function comment(paragraphs: readonly string[], indent: string): readonly string[] {
  const width = WIDTH - indent.length * TAB;
  const [only, ...more] = paragraphs.map(harmless).filter((text) => text !== "");
  if (only === undefined) return [];
  if (more.length === 0 && only.length + 6 <= width) return [`${indent}/* ${only} */`];
  const lines = [only, ...more].flatMap((text, i) => [...(i > 0 ? [""] : []), ...wrap(text, width - 3)]);
  return [`${indent}/*`, ...lines.map((line) => (line === "" ? `${indent} *` : `${indent} * ${line}`)), `${indent} */`];
}

/** Breaks text between words. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/**
 * Text of a definition that C takes for a comment and nothing else: it can neither end it nor begin another, nor continue
 * a line, nor turn the direction of what is shown.
 */
export function harmless(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}\u2028\u2029]+/gu, " ")
    .replaceAll(/\p{Bidi_Control}/gu, "")
    .trim()
    .replaceAll("*/", "* /")
    .replaceAll("/*", "/ *")
    .replaceAll("??/", "?? /")
    .replaceAll(/\\(?= |$)/g, "\\.");
}
