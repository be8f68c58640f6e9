import { formatDiagnostics } from "../diagnostics/format.js";
import { printable } from "../diagnostics/printable.js";
import { ExitCode } from "./exit-code.js";
import type { Io } from "./io.js";

/** `vdev-gen describe FILE`: a device type as JSON, for programs that know no definitions. */
export async function describeCommand(args: readonly string[], io: Io): Promise<ExitCode> {
  const [file, ...more] = args;
  if (file === undefined || file.startsWith("-") || more.length > 0) {
    io.stderr.write("usage: vdev-gen describe <definition>: print the device type as JSON\n");
    return file === "--help" || file === "-h" ? ExitCode.ok : ExitCode.usage;
  }
  const { readVersions } = await import("../diff/read-versions.js");
  const { versions, errors, problems } = await readVersions(file, io.cwd);
  const [version] = versions;
  if (version === undefined || versions.length > 1 || errors.length > 0) {
    const count = errors.length === 0 && problems.length === 0 ? [`${file} is not one definition`] : problems;
    io.stderr.write(
      count.map((problem) => `error: ${printable(problem)}\n`).join("") + formatDiagnostics(errors, "text"),
    );
    return ExitCode.failed;
  }
  const { description } = await import("../emit/description.js");
  io.stdout.write(`${JSON.stringify(description(version.device), undefined, 2)}\n`);
  return ExitCode.ok;
}
