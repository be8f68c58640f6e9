import type { Location } from "./diagnostic.js";
import { printable } from "./printable.js";

/** Columns shown of a long line. */
const WIDTH = 120;

/** The line of a location and the one before it, with the place underlined. */
export function codeFrame(text: string, at: Location): string {
  const first = Math.max(1, at.line - 1);
  const lines = linesOf(text, first, at.line);
  const gutter = String(at.line).length;
  const from = at.column > WIDTH ? at.column - WIDTH / 2 : 1;
  const shown = lines.map((line, i) => `${String(first + i).padStart(gutter)} | ${window(line, from)}`.trimEnd());
  const marked = (lines.at(-1) ?? "").slice(0, at.column - 1).slice(from - 1);
  const indent = printable(marked, WIDTH).replace(/./gu, " ");
  return [...shown, `${" ".repeat(gutter)} | ${indent}${"^".repeat(underline(at, from))}`].join("\n");
}

/** At least one mark; to the end of the window where the place goes on over lines. */
function underline(at: Location, from: number): number {
  const room = from + WIDTH - at.column;
  const wanted = at.endLine === at.line ? at.endColumn - at.column : 1;
  return Math.max(1, Math.min(wanted, room));
}

function window(line: string, from: number): string {
  return printable(line.slice(from - 1, from - 1 + WIDTH), WIDTH);
}

function linesOf(text: string, first: number, last: number): string[] {
  let start = 0;
  for (let line = 1; line < first; line++) start = text.indexOf("\n", start) + 1;
  const lines: string[] = [];
  for (let line = first; line <= last; line++) {
    const end = text.indexOf("\n", start);
    lines.push(text.slice(start, end === -1 ? undefined : end).replace(/\r$/, ""));
    start = end === -1 ? text.length : end + 1;
  }
  return lines;
}
