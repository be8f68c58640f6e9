import { type Logger, writeLine } from "../log.js";
import { printable } from "../printable.js";
import { ExitCode } from "./exit-code.js";
import { ProgramDone, ProgramError } from "./program-error.js";

/** Says why a program ends, and with which code. */
export class Reporter {
  readonly #program: string;
  /** Absent until the command line is understood: what is wrong with that is said the way programs do. */
  log: Logger | undefined;

  constructor(program: string) {
    this.#program = program;
  }

  /** A sentence on the command line. */
  complain(message: string): void {
    writeLine(`${this.#program}: ${printable(message)}`);
  }

  /** Why the program cannot go on; what is no `ProgramError` is a bug. */
  report(error: unknown): ExitCode {
    if (error instanceof ProgramDone) return error.exitCode;
    const exitCode = error instanceof ProgramError ? error.exitCode : ExitCode.internal;
    const message = error instanceof ProgramError ? error.message : `internal error: ${stackOf(error)}`;
    if (this.log === undefined || exitCode === ExitCode.usage) this.complain(message);
    else this.log.error(message);
    return exitCode;
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
