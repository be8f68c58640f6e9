import { styleText } from "node:util";
import { codeFrame } from "./code-frame.js";
import type { Diagnostic } from "./diagnostic.js";
import { printable } from "./printable.js";

export interface TextOptions {
  /** Texts by the name that diagnostics use; without a text there is no code frame. */
  readonly sources?: ReadonlyMap<string, string>;
  readonly color?: boolean;
}

/** `FILE:LINE:COL: error[CODE]: what is wrong`, the place in the file, and the change to make. */
export function formatText(diagnostics: readonly Diagnostic[], options: TextOptions): string {
  return diagnostics.map((diagnostic) => `${formatOne(diagnostic, options)}\n`).join("");
}

function formatOne(d: Diagnostic, { sources, color = false }: TextOptions): string {
  const style: Style = color ? (format, text) => styleText(format, text, { validateStream: false }) : (_, text) => text;
  const title = style(d.severity === "error" ? "red" : "yellow", `${d.severity}[${d.code}]`);
  const source = sources?.get(d.file);
  return [
    `${place(d)}: ${title}: ${d.message}`,
    ...(source === undefined ? [] : [style("dim", codeFrame(source, d))]),
    ...(d.help === undefined ? [] : [`${style("cyan", "help:")} ${d.help}`]),
    ...(d.related ?? []).map((related) => `  ${place(related)}: ${related.message}`),
  ].join("\n");
}

type Style = (format: "red" | "yellow" | "cyan" | "dim", text: string) => string;

function place(at: { readonly file: string; readonly line: number; readonly column: number }): string {
  return `${printable(at.file)}:${at.line}:${at.column}`;
}
