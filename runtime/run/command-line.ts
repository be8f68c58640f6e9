import { Command, Option } from "commander";
import type { OptionDescription } from "../virtio/backend-options.js";
import { ExitCode } from "./exit-code.js";
import { integer, integerFrom, octalMode, optionOf, text } from "./option-values.js";
import { packageManifest } from "./package-manifest.js";
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from "./program-log.js";

/** The options that every device has. */
export interface CommonOptions {
  readonly socketPath?: string;
  readonly connect?: string;
  readonly fd?: number;
  readonly socketMode?: number;
  readonly socketGroup?: string;
  readonly exitOnDisconnect?: boolean;
  readonly pollMaxUs?: number;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

/** The command line, understood. */
export interface CommandLine {
  readonly common: CommonOptions;
  /** What `open` is given. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a program's help says about itself. */
export interface ProgramHelp {
  readonly program: string;
  readonly usage: string;
  readonly description: string;
}

const epilogue = `
Without --socket-path, --connect and --fd, the socket that systemd passes is
served. One frontend is served at a time; a second one waits.

SIGTERM, SIGINT and SIGHUP end the program. Requests in flight are waited for,
but no longer than a moment.

Exit status: ${ExitCode.ended} ended, ${ExitCode.failed} could not start, ${ExitCode.usage} wrong usage, ${ExitCode.internal} a bug.`;

/** Where help goes, and what is wrong with a command line. */
export interface ParserOutput {
  out(text: string): void;
  err(text: string): void;
}

/** @throws CommanderError where the program has nothing more to do; its exit code is 0 after help and version */
export function parseCommandLine(
  args: readonly string[],
  help: ProgramHelp,
  described: readonly OptionDescription[],
  output: ParserOutput,
): CommandLine {
  const own = described.map((description) => optionOf(description).helpGroup("Device:"));
  const command = commandOf(help, own).configureOutput({ writeOut: output.out, outputError: output.err });
  command.parse(args, { from: "user" });
  const values = command.opts<Record<string, unknown>>();
  const names = own.map((option) => option.attributeName()).filter((name) => name in values);
  return {
    common: command.opts<CommonOptions>(),
    options: Object.fromEntries(names.map((name) => [name, values[name]])),
  };
}

function commandOf({ program, usage, description }: ProgramHelp, device: readonly Option[]): Command {
  const command = new Command(program).usage(usage).description(description).allowExcessArguments(false);
  for (const option of [...device, ...socketOptions(), ...generalOptions()]) command.addOption(option);
  return command
    .version(packageManifest().version, "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", epilogue)
    .configureHelp({ optionDescription: (option) => option.description })
    .exitOverride();
}

function socketOptions(): Option[] {
  return [
    valued("--socket-path <path>", "listen on a Unix socket at this path", text).conflicts(["connect", "fd"]),
    valued("--connect <path>", "connect to a frontend that listens, time and again", text).conflicts("fd"),
    valued("--fd <fdnum>", "serve this connected Unix socket, then end", integer),
    valued("--socket-mode <octal>", "its permissions (default: 0600, with a group 0660)", octalMode),
    valued("--socket-group <group>", "its group, by name or number", text),
    new Option("--exit-on-disconnect", "end when the frontend disconnects"),
  ].map((option) => option.helpGroup("Socket:"));
}

function generalOptions(): Option[] {
  return [
    valued(
      "--poll-max-us <us>",
      "spin at most so long for requests before sleeping, 0 never (default: 32)",
      integerFrom(0, 1000),
    ),
    new Option("--log-level <level>", "error, warn, info or debug (default: info)").choices(LOG_LEVELS).default("info"),
    new Option("--log-format <text|json>", "of messages (default: text)").choices(LOG_FORMATS).default("text"),
    new Option("--print-capabilities", "print what the device can do as JSON, and exit"),
  ];
}

function valued(flags: string, help: string, parse: (text: string) => unknown): Option {
  return new Option(flags, help).argParser(parse);
}
