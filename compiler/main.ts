#!/usr/bin/env node
import { ExitCode } from "./cli/exit-code.js";
import { reportInternalError } from "./cli/internal-error.js";
import { processIo } from "./cli/process-io.js";
import { run } from "./cli/run.js";

process.on("uncaughtException", (error) => {
  reportInternalError(error, process.stderr);
  process.exit(ExitCode.internal);
});
process.exitCode = Math.max(await run(process.argv.slice(2), processIo()), Number(process.exitCode ?? 0));
