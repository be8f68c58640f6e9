export type Severity = "error" | "warning";

/** A stretch of a source text: offsets of UTF-16 units, the end excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A stretch of a file as people count: lines and columns from 1, the end column excluded. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Another place that a diagnostic speaks of, such as the first use of a number. */
export interface Related extends Location {
  readonly message: string;
}

/** One thing that is wrong, or suspicious, in a definition. */
export interface Diagnostic extends Location {
  /** Stable: see docs/diagnostics.md. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** The change to make. */
  readonly help?: string;
  readonly related?: readonly Related[];
}

/** Order of reports: by file, then from top to bottom. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.code, b.code);
}

/** By code unit, so that the order does not depend on a locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
