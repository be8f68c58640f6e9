/** `npm run bench`: our programs beside qemu-storage-daemon, and how cost grows. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { nameOf } from "./disk/bench-case.js";
import { merged, type Results } from "./disk/results.js";
import { PROGRAMS, selectCases } from "./disk/select-cases.js";
import { type BenchOptions, benchCommand } from "./options.js";
import { summary, writeReport } from "./report/document.js";
import { measure } from "./session.js";

const docs = fileURLToPath(new URL("../../../docs", import.meta.url));

async function run(options: BenchOptions): Promise<void> {
  const { full = false, only, report = false } = options;
  const cases = selectCases(options);
  if (options.list === true) return say(`${[...cases.map(nameOf), PROGRAMS].join("\n")}\n`);
  const starts = (only?.test(PROGRAMS) ?? true) ? (options.starts ?? 0) : 0;
  const results = await measure({ cases, starts, growth: report }, options);
  finish(results, options, full || only !== undefined);
}

async function growth(options: BenchOptions): Promise<void> {
  finish(await measure({ cases: [], starts: 0, growth: true }, options), options, true);
}

async function report(files: readonly string[]): Promise<void> {
  const results = merged(files.map((file) => JSON.parse(readFileSync(file, "utf8")) as Results));
  writeReport(docs, results);
  say(summary(results, true));
}

function finish(results: Results, { json, report: write }: BenchOptions, everything: boolean): void {
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`);
  if (write === true) writeReport(docs, results);
  say(`\n${summary(results, everything)}`);
}

function say(text: string): void {
  process.stdout.write(text);
}

try {
  await benchCommand({ run, growth, report }).parseAsync();
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
