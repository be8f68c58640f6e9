import { compareDiagnostics, type Diagnostic } from "./diagnostic.js";
import { formatGithub } from "./format-github.js";
import { formatText, type TextOptions } from "./format-text.js";

export type DiagnosticFormat = "text" | "json" | "github";

/** Diagnostics as text for people, as JSON, or as annotations of a GitHub workflow; empty where there are none, JSON aside. */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  format: DiagnosticFormat,
  options: TextOptions = {},
): string {
  const sorted = [...diagnostics].sort(compareDiagnostics);
  if (format === "json") return `${JSON.stringify(sorted, undefined, 2)}\n`;
  return format === "github" ? formatGithub(sorted) : formatText(sorted, options);
}
