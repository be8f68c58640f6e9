import { constants, fstatSync, openSync, writeSync } from "node:fs";
import { printable } from "./printable.js";

/** Where the runtime's messages go. The shape of most loggers' methods: an embedder passes its own. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Warnings and errors to standard error, one line each. */
export const stderrLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: (message) => writeLine(`vdev: warning: ${printable(message)}`),
  error: (message) => writeLine(`vdev: error: ${printable(message)}`),
};

let usual = stderrLogger;

/** Where a device logs until it is told otherwise. */
export function defaultLogger(): Logger {
  return usual;
}

/** For programs: what a device says while it is made goes there as well. */
export function setDefaultLogger(logger: Logger): void {
  usual = logger;
}

const STANDARD_ERROR = 2;
let output: number | undefined;

/**
 * Standard error; a pipe is opened once more, without blocking. Who does not empty it must not stop the device, and the
 * pipe that is shared with others must go on blocking for them.
 */
function openOutput(): number {
  if (!fstatSync(STANDARD_ERROR).isFIFO()) return STANDARD_ERROR;
  try {
    return openSync("/proc/self/fd/2", constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return STANDARD_ERROR;
  }
}

/** To standard error at once, so that what is said before an end is not lost with it. */
export function writeLine(text: string): void {
  try {
    output ??= openOutput();
    writeSync(output, `${text}\n`);
  } catch {
    // Whoever read it is gone, or does not keep up: no reason to stop serving.
  }
}
