import { writeSync } from "node:fs";
import { setDefaultLogger } from "../log.js";
import type { OptionDescription } from "../virtio/backend-options.js";
import { capabilitiesJson } from "./capabilities.js";
import { type CommandLine, parseCommandLine } from "./command-line.js";
import type { ProgramHelp } from "./commander-options.js";
import { connectionOf } from "./connection.js";
import { ExitCode } from "./exit-code.js";
import type { LoadedDevice } from "./load-device.js";
import { openDevice } from "./open-device.js";
import { errnoOf } from "./program-error.js";
import { programLog } from "./program-log.js";
import { queueThreads } from "./queue-threads.js";
import { Reporter } from "./reporter.js";
import { serve } from "./serve.js";

/** The process as a program: does something, says what went wrong with it, and ends. */
export async function runProgram(name: string, action: (reporter: Reporter) => Promise<void>): Promise<never> {
  const reporter = new Reporter(name);
  process.on("uncaughtException", (error) => process.exit(reporter.report(error)));
  const exitCode = await action(reporter).then(
    () => ExitCode.ended,
    (error: unknown) => reporter.report(error),
  );
  process.exit(exitCode);
}

/**
 * Serves a device as the options say.
 *
 * @throws ProgramError where that cannot be
 * @throws ProgramDone where it has nothing more to do
 */
export async function serveDevice(
  device: LoadedDevice,
  args: readonly string[],
  help: ProgramHelp,
  reporter: Reporter,
): Promise<void> {
  const { name, backend } = device;
  if (args.includes("--print-capabilities")) return print(`${capabilitiesJson(name, backend.program)}\n`);
  const { common, options } = await parse(args, help, backend.program?.options ?? [], reporter);
  const lanes = queueThreads(device, common.queueThreads);
  const connect = connectionOf(common);
  const log = programLog(name, common.logLevel, common.logFormat);
  reporter.log = log;
  setDefaultLogger(log);
  const opened = openDevice(backend, options);
  opened.log = log;
  const { exitOnDisconnect = false, pollMaxUs } = common;
  const packed = common.packed === "on";
  const polling = pollMaxUs === undefined ? {} : { pollMaxUs };
  await serve(backend, opened, connect, { exitOnDisconnect, packed, log, ...polling, ...(lanes && { lanes }) });
}

/** @throws ProgramDone after it printed help, or what is wrong */
export function parse(
  args: readonly string[],
  help: ProgramHelp,
  options: readonly OptionDescription[],
  reporter: Reporter,
): Promise<CommandLine> {
  const err = (text: string) =>
    reporter.complain(
      text
        .replace(/^error: /, "")
        .trim()
        .replaceAll("\n", " "),
    );
  return parseCommandLine(args, help, options, { out: print, err });
}

/** A reader that has seen enough (`| head`) is no error. */
function print(text: string): void {
  try {
    writeSync(1, text);
  } catch (error) {
    if (errnoOf(error) !== "EPIPE") throw error;
  }
}
