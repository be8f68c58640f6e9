import { CommanderError } from "commander";
import type { ParserOutput } from "./command-line.js";
import { ExitCode } from "./exit-code.js";
import type { Io } from "./io.js";

/** What a command line means; or the status to end with, after help or a complaint. */
export function orStatus<T>(io: Io, parse: (output: ParserOutput) => T): T | ExitCode {
  try {
    return parse({ out: (text) => io.stdout.write(text), err: (text) => io.stderr.write(text) });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  }
}
