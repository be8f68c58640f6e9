import type { Stages } from "./stages.js";

/** What to compile, and into what. */
export interface GenerateOptions {
  /** Definition files, and folders that hold some. */
  readonly inputs: readonly string[];
  readonly outDir: string;
  /** Write nothing; every file that would be written is an error instead. */
  readonly check?: boolean;
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

/** The command that brings the output folder up to date, for people to paste. */
export function commandOf({ inputs, outDir, runtime = DEFAULT_RUNTIME }: GenerateOptions): string {
  const options = runtime === DEFAULT_RUNTIME ? [] : ["--runtime", runtime];
  return ["vdev-gen", ...options, ...inputs, "-o", outDir].map(quoted).join(" ");
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
