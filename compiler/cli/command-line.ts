import { Command, InvalidArgumentError, Option } from "commander";
import { closest } from "../diagnostics/did-you-mean.js";
import type { DiagnosticFormat } from "../diagnostics/format.js";
import type { ColorChoice } from "./color.js";
import { ExitCode } from "./exit-code.js";
import { DEFAULT_EMISSION, DEFAULT_RUNTIME } from "./generate-options.js";
import { packageVersion } from "./package-version.js";
import { type EmissionKind, emissionKinds } from "./stages.js";

/** The command line, understood. */
export interface CommandLine extends Flags, Valued {
  readonly inputs: readonly string[];
}

interface Flags {
  readonly check: boolean;
  readonly watch: boolean;
  readonly errorOnWarnings: boolean;
  readonly quiet: boolean;
}

/** Options with a value. */
interface Valued {
  readonly outDir: string;
  readonly runtime: string;
  readonly emit: readonly EmissionKind[];
  readonly format: DiagnosticFormat;
  readonly color: ColorChoice;
}

const noFlags: Flags = { check: false, watch: false, errorOnWarnings: false, quiet: false };

const epilogue = `
Each definition gives one file, DIR/DEVICE.ts; with --emit c a C header for authors of drivers, DIR/virtio_DEVICE.h.
Nothing is written if anything has an error, a file that did not change is not touched, and a file that vdev-gen did
not generate is never replaced.

Examples:
  vdev-gen definitions -o generated           compile every definition below definitions/
  vdev-gen definitions -o generated --check   fail if a generated file is not what its definition gives
  vdev-gen describe blk/blk.yaml              print a device type as JSON, for other programs
  vdev-gen diff old/ definitions/             say whether a change breaks drivers or devices; see vdev-gen diff --help

Exit status: ${ExitCode.ok} done, ${ExitCode.failed} errors or stale files, ${ExitCode.usage} wrong usage, \
${ExitCode.internal} a bug in vdev-gen.`;

/** Where the parser's own words go: help and version, errors. */
export interface ParserOutput {
  out(text: string): void;
  err(text: string): void;
}

/** @throws CommanderError where the program has nothing more to do, with the status to exit with */
export function parseCommandLine(args: readonly string[], output: ParserOutput): CommandLine {
  const command = vdevGen().configureOutput({ writeOut: output.out, writeErr: output.err });
  command.parse(args, { from: "user" });
  return { ...noFlags, ...command.opts<Valued & Partial<Flags>>(), inputs: command.processedArgs[0] as string[] };
}

function vdevGen(): Command {
  return new Command("vdev-gen")
    .description("Compile VIRTIO device definitions into typed TypeScript device classes.")
    .argument("<definitions...>", "definition files, and folders that hold some", collectPaths)
    .addOption(new Option("-o, --out-dir <dir>", "folder of the generated files").argParser(path).makeOptionMandatory())
    .option("--check", "write nothing; report stale, missing, edited and orphaned files")
    .addOption(new Option("--watch", "compile again whenever a definition changes").conflicts("check"))
    .option("--runtime <specifier>", "what generated files import the runtime from", specifier, DEFAULT_RUNTIME)
    .option("--emit <kinds>", "what to generate: ts, c, or ts,c", kinds, DEFAULT_EMISSION)
    .addOption(oneOf("--format <format>", "of diagnostics", ["text", "json", "github"]))
    .option("--error-on-warnings", "treat warnings as errors")
    .option("--quiet", "print diagnostics only")
    .addOption(oneOf("--color <when>", "color diagnostics", ["auto", "always", "never"]))
    .version(packageVersion(), "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", epilogue)
    .showHelpAfterError("vdev-gen --help explains the options")
    .exitOverride();
}

function oneOf(flags: string, description: string, choices: readonly [string, ...string[]]): Option {
  return new Option(flags, description).choices(choices).default(choices[0]);
}

function path(text: string): string {
  if (text === "") throw new InvalidArgumentError("It is empty.");
  return text;
}

function collectPaths(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), path(text)];
}

/** Goes into generated code between quotes. */
function specifier(text: string): string {
  if (!/^[^\s"'`\\\p{Cc}]+$/u.test(text)) throw new InvalidArgumentError("It is not an import specifier.");
  return text;
}

/** Once each, in the order of the list. */
function kinds(text: string): readonly EmissionKind[] {
  const asked = text.split(",");
  for (const kind of asked) requireKind(kind);
  return emissionKinds.filter((kind) => asked.includes(kind));
}

function requireKind(kind: string): void {
  if ((emissionKinds as readonly string[]).includes(kind)) return;
  const meant = closest(kind, emissionKinds);
  throw new InvalidArgumentError(meant ? `Did you mean "${meant}"?` : `There are ${emissionKinds.join(" and ")}.`);
}
