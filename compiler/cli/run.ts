import { printable } from "../diagnostics/printable.js";
import { type CommandLine, parseCommandLine } from "./command-line.js";
import { compilerStages } from "./compiler-stages.js";
import { describeCommand } from "./describe-command.js";
import { diffCommand } from "./diff-command.js";
import { ExitCode } from "./exit-code.js";
import { generate } from "./generate.js";
import { GenerateError } from "./generate-error.js";
import type { GenerateOptions } from "./generate-options.js";
import { reportInternalError } from "./internal-error.js";
import type { Io } from "./io.js";
import { orStatus } from "./parse.js";
import { requireFolder, requireInputs } from "./preconditions.js";
import { reportError, reportResult } from "./report.js";
import { emitOnce } from "./stages.js";
import { watchDefinitions } from "./watch.js";

/** The program: everything but the process around it. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  try {
    if (args[0] === "diff") return await diffCommand(args.slice(1), io);
    if (args[0] === "describe") return await describeCommand(args.slice(1), io);
    const commandLine = orStatus(io, (output) => parseCommandLine(args, output));
    if (typeof commandLine === "number") return commandLine;
    return await (commandLine.watch ? compileOnChanges(commandLine, io) : compileOnce(commandLine, io));
  } catch (error) {
    reportInternalError(error, io.stderr);
    return ExitCode.internal;
  }
}

async function compileOnce(commandLine: CommandLine, io: Io): Promise<ExitCode> {
  return await compile(commandLine, { ...commandLine, cwd: io.cwd, stages: io.stages ?? compilerStages() }, io);
}

async function compileOnChanges(commandLine: CommandLine, io: Io): Promise<ExitCode> {
  const { inputs, outDir } = commandLine;
  const options = { ...commandLine, cwd: io.cwd, stages: emitOnce(io.stages ?? compilerStages()) };
  try {
    // What is missing at the start is a slip of the pen; what goes missing later may come back.
    await requireInputs(inputs, io.cwd);
    await requireFolder(outDir, io.cwd);
    if (!commandLine.quiet) io.stderr.write(`watching ${printable(inputs.join(", "))}; Ctrl-C ends it\n`);
    await watchDefinitions(inputs, io.cwd, io.stopSignal(), () => compileAgain(commandLine, options, io));
    return ExitCode.ok;
  } catch (error) {
    return exitCodeOf(error, commandLine, io);
  }
}

/** A definition that is half typed may find a bug of ours: no reason to stop watching. */
async function compileAgain(commandLine: CommandLine, options: GenerateOptions, io: Io): Promise<void> {
  try {
    await compile(commandLine, options, io);
  } catch (error) {
    reportInternalError(error, io.stderr);
  }
}

async function compile(commandLine: CommandLine, options: GenerateOptions, io: Io): Promise<ExitCode> {
  const start = performance.now();
  try {
    const result = await generate(options);
    reportResult(result, performance.now() - start, commandLine, io);
    return result.ok ? ExitCode.ok : ExitCode.failed;
  } catch (error) {
    return exitCodeOf(error, commandLine, io);
  }
}

function exitCodeOf(error: unknown, commandLine: CommandLine, io: Io): ExitCode {
  if (!(error instanceof GenerateError)) throw error;
  reportError(error, commandLine, io);
  return error.code === "VDEV_USAGE" ? ExitCode.usage : ExitCode.failed;
}
