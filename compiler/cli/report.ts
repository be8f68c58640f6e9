import { formatDiagnostics } from "../diagnostics/format.js";
import { printable } from "../diagnostics/printable.js";
import { wantsColor } from "./color.js";
import type { CommandLine } from "./command-line.js";
import type { GenerateResult } from "./generate.js";
import type { GenerateError } from "./generate-error.js";
import type { Io } from "./io.js";
import { summaryLine, summaryOf } from "./summary.js";

type Settings = Pick<CommandLine, "format" | "quiet" | "color" | "check" | "watch">;

/** Prints what a run found: for people on stderr, as one JSON document on stdout. */
export function reportResult(result: GenerateResult, milliseconds: number, settings: Settings, io: Io): void {
  const summary = summaryOf(result, milliseconds);
  if (settings.format === "json") {
    io.stdout.write(json({ diagnostics: result.diagnostics, outputs: result.outputs, summary }, settings));
    return;
  }
  const color = wantsColor(settings.color, io.stderr);
  io.stderr.write(formatDiagnostics(result.diagnostics, settings.format, { sources: result.sources, color }));
  if (!settings.quiet) io.stderr.write(summaryLine(summary, settings.check));
}

/** Prints why a run could not be carried out. */
export function reportError({ code, message }: GenerateError, settings: Settings, io: Io): void {
  const line = printable(message);
  const annotation = `::error title=vdev-gen::${line.replaceAll("%", "%25")}\n`;
  io.stderr.write(settings.format === "github" ? annotation : `error: ${line}\n`);
  if (settings.format === "json") io.stdout.write(json({ error: { code, message } }, settings));
}

/** A run that watches prints one document a line. */
function json(document: object, { watch }: Settings): string {
  return `${JSON.stringify(document, undefined, watch ? undefined : 2)}\n`;
}
