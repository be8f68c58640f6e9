import { Command, Option } from "commander";
import type { ParserOutput } from "./command-line.js";
import { ExitCode } from "./exit-code.js";

/** The command line of `vdev-gen diff`, understood. */
export interface DiffCommandLine {
  readonly old: string;
  readonly new: string;
  readonly format: "text" | "json";
  readonly source: boolean;
}

const epilogue = `
Both are definitions, or folders with definitions in them; devices are told apart by their names.

Exit status: ${ExitCode.ok} compatible, ${ExitCode.failed} breaking, ${ExitCode.usage} wrong usage or a definition with errors, \
${ExitCode.internal} a bug in vdev-gen.`;

/** @throws CommanderError where the program has nothing more to do, with the status to exit with */
export function parseDiffCommandLine(args: readonly string[], output: ParserOutput): DiffCommandLine {
  const command = new Command("vdev-gen diff")
    .description("Say what a change to definitions means for drivers and devices that were made before it.")
    .argument("<old>", "the definitions as they were")
    .argument("<new>", "the definitions as they are")
    .addOption(new Option("--format <format>", "of the changes").choices(["text", "json"]).default("text"))
    .option("--source", "names that change in programs count as breaking")
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", epilogue)
    .showHelpAfterError("vdev-gen diff --help explains the options")
    .exitOverride()
    .configureOutput({ writeOut: output.out, writeErr: output.err });
  command.parse(args, { from: "user" });
  const [old, now] = command.processedArgs as [string, string];
  const { format, source = false } = command.opts<{ readonly format: "text" | "json"; readonly source?: boolean }>();
  return { old, new: now, format, source };
}
