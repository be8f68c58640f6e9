import type { Diagnostic } from "./diagnostic.js";

/** Workflow commands that GitHub shows beside the lines of a change. */
export function formatGithub(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(annotation).join("");
}

function annotation(d: Diagnostic): string {
  const title = property(`vdev-gen ${d.code}`);
  const place = `file=${property(d.file)},line=${d.line},col=${d.column},endLine=${d.endLine},endColumn=${d.endColumn}`;
  const text = d.help === undefined ? d.message : `${d.message}\nhelp: ${d.help}`;
  return `::${d.severity} ${place},title=${title}::${data(text)}\n`;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
