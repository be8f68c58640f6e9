import type { Stages } from "./stages.js";

/** What the program touches beside files. */
export interface Io {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly cwd: string;
  /** Called by a run that watches; its signal says when to end. */
  stopSignal(): AbortSignal;
  /** Other ends of the compiler than its own. */
  readonly stages?: Stages;
}
