/** How a program ends; service managers and scripts rely on it. */
export const ExitCode = {
  /** It was told to end, or the one frontend that it served has gone. */
  ended: 0,
  /** It could not start. */
  failed: 1,
  usage: 2,
  /** A fault of the program itself. */
  internal: 3,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
