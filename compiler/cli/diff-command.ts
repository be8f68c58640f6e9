import type { Diagnostic, Location } from "../diagnostics/diagnostic.js";
import { formatDiagnostics } from "../diagnostics/format.js";
import { printable } from "../diagnostics/printable.js";
import { type Change, type ChangeClass, changeClasses, type Difference, type Sample } from "../diff/change.js";
import { type DiffCommandLine, parseDiffCommandLine } from "./diff-command-line.js";
import { ExitCode } from "./exit-code.js";
import { GenerateError } from "./generate-error.js";
import type { Io } from "./io.js";
import { orStatus } from "./parse.js";
import { requireInputs } from "./preconditions.js";

/** `vdev-gen diff OLD NEW`: whether programs of before and after a change understand each other. */
export async function diffCommand(args: readonly string[], io: Io): Promise<ExitCode> {
  const commandLine = orStatus(io, (output) => parseDiffCommandLine(args, output));
  if (typeof commandLine === "number") return commandLine;
  try {
    await requireInputs([commandLine.old, commandLine.new], io.cwd);
  } catch (error) {
    if (!(error instanceof GenerateError)) throw error;
    return refuse(`error: ${printable(error.message)}\n`, io);
  }
  return await compare(commandLine, io);
}

async function compare(commandLine: DiffCommandLine, io: Io): Promise<ExitCode> {
  const { readVersions } = await import("../diff/read-versions.js");
  const { diffDefinitions } = await import("../diff/diff.js");
  const [old, now] = [await readVersions(commandLine.old, io.cwd), await readVersions(commandLine.new, io.cwd)];
  const problems = [...old.problems, ...now.problems];
  const errors: Diagnostic[] = [...old.errors, ...now.errors];
  if (problems.length > 0 || errors.length > 0) {
    const lines = problems.map((problem) => `error: ${printable(problem)}\n`);
    return refuse(lines.join("") + formatDiagnostics(errors, "text"), io);
  }
  const difference = diffDefinitions(old.versions, now.versions);
  const { changes } = difference;
  io.stdout.write(commandLine.format === "json" ? json(difference) : changes.map(line).join(""));
  if (commandLine.format === "text") io.stderr.write(`${difference.samples.map(note).join("")}${summaryOf(changes)}\n`);
  const failing: readonly ChangeClass[] = commandLine.source ? ["breaking", "source"] : ["breaking"];
  return changes.some((change) => failing.includes(change.class)) ? ExitCode.failed : ExitCode.ok;
}

function refuse(text: string, io: Io): ExitCode {
  io.stderr.write(text);
  return ExitCode.usage;
}

/** `breaking: blk: config: capacity moved from byte 0 to byte 4 (old.yaml:12 -> new.yaml:13)` */
function line(change: Change): string {
  const places = [change.old, change.new].flatMap((place) => (place ? [shown(place)] : []));
  return `${change.class}: ${change.device}: ${printable(change.message)} (${places.join(" -> ")})\n`;
}

function shown({ file, line: at }: Location): string {
  return `${printable(file)}:${at}`;
}

/** `note: net: a rule mentions 14 features; it was tried without RSC4 and RSC6` */
function note({ device, mentioned, untried }: Sample): string {
  return `note: ${device}: a rule mentions ${mentioned} features; it was tried without ${untried.join(" and ")}\n`;
}

function json({ changes, samples }: Difference): string {
  return `${JSON.stringify({ changes, samples, summary: countsOf(changes) }, undefined, 2)}\n`;
}

function countsOf(changes: readonly Change[]): Record<ChangeClass, number> {
  const count = (wanted: ChangeClass): number => changes.filter((change) => change.class === wanted).length;
  return Object.fromEntries(changeClasses.map((name) => [name, count(name)])) as Record<ChangeClass, number>;
}

function summaryOf(changes: readonly Change[]): string {
  const counts = Object.entries(countsOf(changes)).filter(([, count]) => count > 0);
  return counts.length === 0 ? "no change" : counts.map(([name, count]) => `${count} ${name}`).join(", ");
}
