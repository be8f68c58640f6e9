import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { absoluteTable, goalTable } from "../disk/goals.js";
import { machineLine } from "../disk/machine.js";
import type { Results } from "../disk/results.js";
import { type Chart, charts } from "./charts.js";
import { resultTables } from "./result-tables.js";
import { markdownTable, type Table, textTable } from "./table.js";

const BEGIN = "<!-- written by npm run bench, from here -->";
const END = "<!-- to here -->";

/** For a terminal: the table of goals, and with `everything` what it comes from. */
export function summary(results: Results, everything: boolean): string {
  const tables = [...goalTables(results), ...(everything ? resultTables(results) : [])];
  return [`${conditions(results)}\n`, ...tables.map(textTable)].join("\n");
}

/** What has goals, where any of it was measured. */
function goalTables(results: Results): Table[] {
  const ratios = results.cases.length > 0 ? [goalTable(results)] : [];
  return results.programs === undefined ? ratios : [...ratios, absoluteTable(results)];
}

/** How it was measured. */
export function conditions({ machine, rounds, seconds }: Results): string {
  return `${machineLine(machine)} ${rounds} rounds, ${seconds} s a client.`;
}

/** The part of the document that was measured, with its pictures beside the words. */
export function measuredSection(results: Results): string {
  const pictures = charts(results).map(({ file, alt }) => `![${alt}](performance/${file})\n`);
  const written = (tables: readonly Table[]) => tables.map((table) => markdownTable(heading(table)));
  const growth = pictures.filter((picture) => picture.includes("growth-"));
  const ratios = pictures.filter((picture) => !growth.includes(picture));
  return [
    `${conditions(results)}\n`,
    ...written(goalTables(results)),
    ...ratios,
    ...written(resultTables(results)),
    ...growth,
  ]
    .join("\n")
    .trimEnd();
}

/** @throws Error where the document has no place for it */
export function replaceMeasured(document: string, section: string): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the document has no lines "${BEGIN}" and "${END}"`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${section}\n\n${document.slice(end)}`;
}

/** Writes performance.md's measured part and the pictures into the folder of documents. */
export function writeReport(folder: string, results: Results): void {
  const path = join(folder, "performance.md");
  writeFileSync(path, replaceMeasured(readFileSync(path, "utf8"), measuredSection(results)));
  writeCharts(join(folder, "performance"), charts(results));
}

function writeCharts(folder: string, pictures: readonly Chart[]): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const { file, svg } of pictures) writeFileSync(join(folder, file), svg);
}

function heading(table: Table): Table {
  return { ...table, title: `### ${table.title}` };
}
