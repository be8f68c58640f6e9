import type { OptionDescription } from "../virtio/backend-options.js";
import { integer, integerFrom, octalMode, size, text } from "./option-values.js";
import { LOG_FORMATS, LOG_LEVELS } from "./program-log.js";

/** An option of a program's command line. */
export interface ProgramOption {
  /** In kebab-case. */
  readonly name: string;
  /** What the help calls its value; absent for a flag. */
  readonly value?: string;
  /** Turns the value's text into what it means. @throws RangeError in one sentence */
  readonly parse?: (text: string) => unknown;
  /** The only values that it may have. */
  readonly choices?: readonly string[];
  /** What it is where it is not given. */
  readonly preset?: string;
  readonly required?: boolean;
  /** It may be given several times, and is a list. */
  readonly repeated?: boolean;
  /** Names of options that it excludes. */
  readonly excludes?: readonly string[];
  readonly help: string;
  /** Its heading in the help. */
  readonly group: string;
}

/** The options that every device has. */
export const COMMON_OPTIONS: readonly ProgramOption[] = [
  ...grouped("Socket:", [
    {
      name: "socket-path",
      value: "path",
      parse: text,
      excludes: ["connect", "fd"],
      help: "listen on a Unix socket at this path",
    },
    {
      name: "connect",
      value: "path",
      parse: text,
      excludes: ["fd"],
      help: "connect to a frontend that listens, time and again",
    },
    { name: "fd", value: "fdnum", parse: integer, help: "serve this connected Unix socket, then end" },
    {
      name: "socket-mode",
      value: "octal",
      parse: octalMode,
      help: "its permissions (default: 0600, with a group 0660)",
    },
    { name: "socket-group", value: "group", parse: text, help: "its group, by name or number" },
    { name: "exit-on-disconnect", help: "end when the frontend disconnects" },
  ]),
  ...grouped("Options:", [
    {
      name: "poll-max-us",
      value: "us",
      parse: integerFrom(0, 1000),
      help: "spin at most so long for requests before sleeping, 0 never (default: 32)",
    },
    {
      name: "packed",
      value: "on|off",
      choices: ["on", "off"],
      preset: "on",
      help: "offer packed virtqueues (default: on)",
    },
    {
      name: "queue-threads",
      value: "n",
      parse: integer,
      help: "threads for its queues (default: 0)",
    },
    {
      name: "log-level",
      value: "level",
      choices: LOG_LEVELS,
      preset: "info",
      help: "error, warn, info or debug (default: info)",
    },
    {
      name: "log-format",
      value: "text|json",
      choices: LOG_FORMATS,
      preset: "text",
      help: "of messages (default: text)",
    },
    { name: "print-capabilities", help: "print what the device can do as JSON, and exit" },
  ]),
];

function grouped(group: string, options: readonly Omit<ProgramOption, "group">[]): ProgramOption[] {
  return options.map((option) => ({ ...option, group }));
}

const PARSERS = { string: text, integer, size };

/** A behaviour's option, on the command line. */
export function deviceOption(description: OptionDescription): ProgramOption {
  const { name, type, choices, value = type, required = false, repeated = false, help } = description;
  const group = "Device:";
  if (type === "flag") return { name, help, group };
  const shown = choices?.join("|") ?? value.toLowerCase();
  const known = { name, value: shown, required, help: required ? `${help} (required)` : help, group };
  return choices === undefined ? { ...known, repeated, parse: PARSERS[type] } : { ...known, choices };
}

/** What an option is called where it is read: `socketPath`. */
export function keyOf({ name }: ProgramOption): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
