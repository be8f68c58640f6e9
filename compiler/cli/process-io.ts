import { ExitCode } from "./exit-code.js";
import { errnoOf, ioError } from "./generate-error.js";
import type { Io } from "./io.js";

/** The process that the program runs in. */
export function processIo(): Io {
  const stop = new AbortController();
  process.stdout.on("error", (error) => onLost(error, stop));
  process.stderr.on("error", () => stop.abort());
  return { stdout: process.stdout, stderr: process.stderr, cwd: process.cwd(), stopSignal: () => stopSignal(stop) };
}

/** A reader that has seen enough (`| head`) is no error, but there is nobody left to watch for. */
function onLost(error: Error, stop: AbortController): void {
  stop.abort();
  if (errnoOf(error) === "EPIPE") return;
  process.stderr.write(`error: ${ioError("cannot write to stdout", error).message}\n`);
  process.exitCode = ExitCode.failed;
}

/** The first signal ends the watch in order; a second one has its usual effect. */
function stopSignal(stop: AbortController): AbortSignal {
  process.once("SIGINT", () => stop.abort());
  process.once("SIGTERM", () => stop.abort());
  return stop.signal;
}
