import { Command, InvalidArgumentError, Option } from "commander";
import type { PeerAio } from "./disk/backends.js";

/** What the command line says of a run. */
export interface BenchOptions {
  readonly full?: boolean;
  readonly only?: RegExp;
  readonly list?: boolean;
  readonly rounds: number;
  readonly seconds: number;
  /** Of `run` only. */
  readonly starts?: number;
  readonly pin?: boolean;
  readonly peerAio: PeerAio;
  readonly ours: readonly string[];
  readonly json?: string;
  readonly report?: boolean;
}

/** What the program can be told to do. */
export interface Actions {
  run(options: BenchOptions): Promise<void>;
  growth(options: BenchOptions): Promise<void>;
  report(files: readonly string[]): Promise<void>;
}

export function benchCommand(actions: Actions): Command {
  const command = new Command("bench").description("Times vhost-user-blk beside qemu-storage-daemon.");
  const run = command
    .command("run", { isDefault: true })
    .description("ratios to the peer, with the goals (the default)");
  run
    .option("--full", "the whole matrix of cases, instead of those that goals speak of")
    .option("--list", "print the names of the cases, and end")
    .option("--report", "measure growth as well, and write docs/performance.md and its charts")
    .addOption(integerOption("--starts <count>", "starts of each program", 15, 0));
  const growth = command.command("growth").description("how cost grows with devices, descriptors and memory regions");
  for (const each of [run, growth]) addCommon(each);
  run.action(actions.run);
  growth.action(actions.growth);
  command
    .command("report")
    .description("write docs/performance.md and its charts from what --json wrote")
    .argument("<files...>")
    .action(actions.report);
  return command;
}

function addCommon(command: Command): void {
  command
    .addOption(new Option("--only <pattern>", "those whose names match this expression").argParser(pattern))
    .addOption(integerOption("--rounds <count>", "clients in front of each backend, in turn", 5, 1))
    .addOption(new Option("--seconds <time>", "that a client measures").argParser(seconds).default(1))
    .option("--pin", "backends on processor 0, clients on processor 1")
    .addOption(
      new Option("--peer-aio <kind>", "how the peer does I/O")
        .choices(["threads", "native", "io_uring"])
        .default("io_uring"),
    )
    .addOption(new Option("--ours <option...>", "add an option to ours, such as --ours=--aio=threads").default([]))
    .option("--json <file>", "write what was measured to a file");
}

function integerOption(flags: string, help: string, value: number, least: number): Option {
  return new Option(flags, help).default(value).argParser((text) => {
    if (/^\d{1,4}$/.test(text) && Number(text) >= least) return Number(text);
    throw new InvalidArgumentError(`It is not a whole number from ${least} to 9999.`);
  });
}

function seconds(text: string): number {
  const value = Number(text);
  if (text !== "" && value >= 0.01 && value <= 600) return value;
  throw new InvalidArgumentError("It is not from 0.01 to 600 seconds.");
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new InvalidArgumentError("It is not a regular expression.");
  }
}
