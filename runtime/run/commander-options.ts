import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { ExitCode } from "./exit-code.js";
import { packageManifest } from "./package-manifest.js";
import type { OptionValues } from "./plain-options.js";
import { keyOf, type ProgramOption } from "./program-options.js";

/** What a program's help says about itself. */
export interface ProgramHelp {
  readonly program: string;
  readonly usage: string;
  readonly description: string;
}

/** Where help goes, and what is wrong with a command line. */
export interface ParserOutput {
  out(text: string): void;
  err(text: string): void;
}

const epilogue = `
Without --socket-path, --connect and --fd, the socket that systemd passes is
served. One frontend is served at a time; a second one waits.

SIGTERM, SIGINT and SIGHUP end the program. Requests in flight are waited for,
but no longer than a moment.

Exit status: ${ExitCode.ended} ended, ${ExitCode.failed} could not start, ${ExitCode.usage} wrong usage, ${ExitCode.internal} a bug.`;

/** Reads any command line, prints help and says what is wrong; the exit code where nothing is left to do then. */
export function commanderOptions(
  args: readonly string[],
  options: readonly ProgramOption[],
  help: ProgramHelp,
  output: ParserOutput,
): OptionValues | ExitCode {
  const command = commandOf(help, options).configureOutput({ writeOut: output.out, outputError: output.err });
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? ExitCode.ended : ExitCode.usage;
  }
  return command.opts();
}

function commandOf({ program, usage, description }: ProgramHelp, options: readonly ProgramOption[]): Command {
  const command = new Command(program).usage(usage).description(description).allowExcessArguments(false);
  for (const option of options) command.addOption(commanderOption(option, options));
  return command
    .version(packageManifest().version, "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", epilogue)
    .configureHelp({ optionDescription: (option) => option.description })
    .exitOverride();
}

function commanderOption(described: ProgramOption, all: readonly ProgramOption[]): Option {
  const { name, value, parse, choices, preset, required = false, repeated, excludes = [], help, group } = described;
  const option = new Option(value === undefined ? `--${name}` : `--${name} <${value}>`, help).helpGroup(group);
  option.makeOptionMandatory(required).conflicts(all.filter((other) => excludes.includes(other.name)).map(keyOf));
  if (parse !== undefined) option.argParser<unknown>(repeated ? collecting(parse) : complaining(parse));
  if (choices !== undefined) option.choices(choices);
  return preset === undefined ? option : option.default(preset);
}

function complaining(parse: (text: string) => unknown): (text: string) => unknown {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };
}

/** What is given, after what was given before. */
function collecting(parse: (text: string) => unknown): (text: string, before: unknown) => readonly unknown[] {
  const read = complaining(parse);
  return (text, before) => [...((before ?? []) as readonly unknown[]), read(text)];
}
