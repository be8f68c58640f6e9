import type { Diagnostic, Severity } from "../diagnostics/diagnostic.js";
import { findOrphans, type OrphanSearch } from "./orphans.js";
import { differs, foreign, missing, orphaned } from "./output-codes.js";
import { compareFile, type ExistingFile, type WantedFile } from "./output-file.js";

/** A file of the output folder and how it stands to its definition, after the run. */
export interface Output {
  readonly file: string;
  readonly source: string;
  readonly state: "unchanged" | "written" | "differs" | "missing" | "foreign" | "orphaned";
}

/** The output folder against what the definitions give. */
export interface Comparison {
  readonly outputs: readonly Output[];
  /** What a check reports. */
  readonly stale: readonly Diagnostic[];
  /** What no run may write over. */
  readonly foreign: readonly Diagnostic[];
  readonly orphans: (severity: Severity) => readonly Diagnostic[];
  readonly toWrite: readonly WantedFile[];
  /** Texts of the files that differ, by name. */
  readonly sources: ReadonlyMap<string, string>;
}

/** @param command brings the folder up to date; for help lines */
export async function compareOutputs(search: OrphanSearch, command: string): Promise<Comparison> {
  const orphans = await findOrphans(search);
  const pairs: [WantedFile, ExistingFile][] = [];
  for (const wanted of search.wanted) pairs.push([wanted, await compareFile(wanted)]);
  return {
    outputs: [
      ...pairs.map(([{ file, source }, { state }]) => ({ file, source, state })),
      ...orphans.map((orphan) => ({ ...orphan, state: "orphaned" as const })),
    ],
    stale: pairs.flatMap(([wanted, found]) => staleness(wanted, found, command)),
    foreign: pairs.flatMap(([wanted, found]) => (found.state === "foreign" ? [foreign(wanted)] : [])),
    orphans: (severity) => orphans.map((orphan) => orphaned(orphan, severity)),
    toWrite: pairs.filter(([, { state }]) => state === "differs" || state === "missing").map(([wanted]) => wanted),
    sources: new Map(pairs.flatMap(([{ file }, found]) => (found.state === "differs" ? [[file, found.text]] : []))),
  };
}

function staleness(wanted: WantedFile, found: ExistingFile, command: string): Diagnostic[] {
  if (found.state === "differs") return [differs(wanted, found.text, command)];
  return found.state === "missing" ? [missing(wanted, command)] : [];
}
