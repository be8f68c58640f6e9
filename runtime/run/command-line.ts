import type { OptionDescription } from "../virtio/backend-options.js";
import type { commanderOptions, ParserOutput, ProgramHelp } from "./commander-options.js";
import { type OptionValues, plainOptions } from "./plain-options.js";
import { ProgramDone } from "./program-error.js";
import type { LogFormat, LogLevel } from "./program-log.js";
import { COMMON_OPTIONS, deviceOption, keyOf } from "./program-options.js";

/** The options that every device has, read. */
export interface CommonOptions {
  readonly socketPath?: string;
  readonly connect?: string;
  readonly fd?: number;
  readonly socketMode?: number;
  readonly socketGroup?: string;
  readonly exitOnDisconnect?: boolean;
  readonly pollMaxUs?: number;
  /** Whether packed virtqueues are offered. */
  readonly packed: "on" | "off";
  readonly queueThreads?: number;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

/** The command line, understood. */
export interface CommandLine {
  readonly common: CommonOptions;
  /** What `open` is given. */
  readonly options: OptionValues;
}

/** @throws ProgramDone where the program has nothing more to do: help was printed, or what is wrong */
export async function parseCommandLine(
  args: readonly string[],
  help: ProgramHelp,
  described: readonly OptionDescription[],
  output: ParserOutput,
): Promise<CommandLine> {
  const own = described.map(deviceOption);
  const all = [...own, ...COMMON_OPTIONS];
  const values = plainOptions(args, all) ?? (await askCommander(args, all, help, output));
  const keys = own.map(keyOf).filter((key) => key in values);
  return {
    common: values as unknown as CommonOptions,
    options: Object.fromEntries(keys.map((key) => [key, values[key]])),
  };
}

async function askCommander(...question: Parameters<typeof commanderOptions>): Promise<OptionValues> {
  const { commanderOptions } = await import("./commander-options.js");
  const answer = commanderOptions(...question);
  if (typeof answer === "number") throw new ProgramDone(answer);
  return answer;
}
