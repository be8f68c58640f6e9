/** How the program ends; scripts rely on it. */
export const ExitCode = {
  ok: 0,
  /** Errors in definitions, output that is not what they give, or a file system that refuses. */
  failed: 1,
  usage: 2,
  /** A fault of the program itself. */
  internal: 3,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
