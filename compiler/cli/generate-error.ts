/** Why a run could not be carried out: it was asked for wrongly, or the file system refused. */
export type GenerateErrorCode = "VDEV_USAGE" | "VDEV_IO";

/** One line for the user; never the fault of a definition, which is a diagnostic. */
export class GenerateError extends Error {
  readonly code: GenerateErrorCode;

  constructor(code: GenerateErrorCode, message: string) {
    super(message);
    this.name = "GenerateError";
    this.code = code;
  }
}

/** Carries out a file operation; what it throws becomes one line that begins with `failure`. */
export async function orIoError<T>(failure: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw ioError(failure, error);
  }
}

export function ioError(failure: string, error: unknown): GenerateError {
  return new GenerateError("VDEV_IO", `${failure}: ${reason(error)}`);
}

/** The name of a failed system call's error: `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** `EACCES: permission denied`, without the call and the path that Node appends. */
function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return errnoOf(error) === undefined ? text : (text.split(", ")[0] as string);
}
