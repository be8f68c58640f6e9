import { packageVersion } from "./package-version.js";

/** One line that asks for a report, and under it what belongs into that report. */
export function reportInternalError(error: unknown, stderr: NodeJS.WritableStream): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write("error: this is a bug in vdev-gen; please report it with the definition and the lines below\n");
  stderr.write(`vdev-gen ${packageVersion()}, Node ${process.version}\n${detail}\n`);
}
