import type { EmissionKind, Stages } from "./stages.js";

/** What to compile, and into what. */
export interface GenerateOptions {
  /** Definition files, and folders that hold some. */
  readonly inputs: readonly string[];
  readonly outDir: string;
  /** Write nothing; every file that would be written is an error instead. */
  readonly check?: boolean;
  /** What to generate; by default `ts`. */
  readonly emit?: readonly EmissionKind[];
  /** Import specifier of the runtime in generated files. */
  readonly runtime?: string;
  /** A warning stops the run as an error does. */
  readonly errorOnWarnings?: boolean;
  /** Where relative paths start. */
  readonly cwd?: string;
  /** Other ends of the compiler than its own. */
  readonly stages?: Stages;
}

export const DEFAULT_RUNTIME = "../runtime/codegen.js";

export const DEFAULT_EMISSION: readonly EmissionKind[] = ["ts"];

/** The command that brings the output folder up to date, for people to paste. */
export function commandOf(options: GenerateOptions): string {
  const { inputs, outDir, runtime = DEFAULT_RUNTIME, emit = DEFAULT_EMISSION } = options;
  const kinds = String(emit) === String(DEFAULT_EMISSION) ? [] : ["--emit", emit.join(",")];
  const specifier = runtime === DEFAULT_RUNTIME ? [] : ["--runtime", runtime];
  return ["vdev-gen", ...kinds, ...specifier, ...inputs, "-o", outDir].map(quoted).join(" ");
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
