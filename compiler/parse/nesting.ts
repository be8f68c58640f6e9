/** Levels of maps and lists in a definition; blk has 7. */
export const DEEPEST = 64;

/** What a YAML parser spends its time and its errors on. */
const MARKS = "\n,[]{}&!%\"'*:-?|>#@`";
/** Such marks in a definition; blk has 1,400. */
export const MOST_MARKS = 100_000;

/**
 * Whether a text may nest deeper than the limit, found by one pass over its characters.
 *
 * YAML parsers recurse, so this has to be known before one sees the text. Quotes and comments are not understood: a
 * text with that many open brackets in its prose is refused as well.
 */
export function nestsTooDeep(text: string): boolean {
  return flowNests(text) || compactNests(text) || indentationNests(text);
}

function flowNests(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x5b || c === 0x7b) depth++;
    else if (c === 0x5d || c === 0x7d) depth = Math.max(0, depth - 1);
    if (depth > DEEPEST) return true;
  }
  return false;
}

/** `- - - -` and `? ? ? ?`, also with tags and anchors in between. */
function compactNests(text: string): boolean {
  let run = 0;
  for (const [word] of text.matchAll(/[^ \t\n]+|\n/g)) {
    run = /^(?:[-?:]$|[&!])/.test(word) ? run + 1 : 0;
    if (run >= DEEPEST) return true;
  }
  return false;
}

function indentationNests(text: string): boolean {
  const open: number[] = [];
  for (const match of text.matchAll(/^([ ]*)[^\s#]/gm)) {
    const indentation = (match[1] as string).length;
    while (open.length > 0 && (open.at(-1) as number) >= indentation) open.pop();
    open.push(indentation);
    if (open.length > DEEPEST) return true;
  }
  return false;
}

/** How many lines and marks with a meaning in YAML a text has. */
export function structuralMarks(text: string): number {
  let marks = 0;
  for (let i = 0; i < text.length; i++) if (MARKS.includes(text[i] as string)) marks++;
  return marks;
}
