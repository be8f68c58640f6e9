import { ExitCode } from "./exit-code.js";

/** Why a program cannot go on, in a sentence for its user. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The program has nothing more to do, and has said all that there is to say. */
export class ProgramDone extends Error {
  override readonly name = "ProgramDone";
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode) {
    super();
    this.exitCode = exitCode;
  }
}

/** The command line asks for what cannot be. */
export function usageError(message: string): ProgramError {
  return new ProgramError(ExitCode.usage, message);
}

/** The command line may be right, but the system refuses. */
export function startError(message: string): ProgramError {
  return new ProgramError(ExitCode.failed, message);
}

/** The kernel's name of what went wrong, ENOENT and the like; empty where it was not the kernel. */
export function errnoOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}
