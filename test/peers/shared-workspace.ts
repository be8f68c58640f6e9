import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { sharedFolder } from "./installation.js";
import { RunningProgram } from "./running-program.js";

/** A folder for sockets and images, seen under the same path by the peers, and the programs that it started. */
export class Workspace {
  readonly folder: string;
  readonly #programs: RunningProgram[] = [];
  readonly #undo: (() => Promise<unknown>)[] = [];

  constructor() {
    mkdirSync(sharedFolder, { recursive: true });
    this.folder = mkdtempSync(join(sharedFolder, "test-"));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** A file of so many zeroes, and its path. */
  sparseFile(name: string, bytes: number): string {
    const descriptor = openSync(this.path(name), "wx");
    ftruncateSync(descriptor, bytes);
    closeSync(descriptor);
    return this.path(name);
  }

  start(command: readonly string[]): RunningProgram {
    const program = new RunningProgram(command);
    this.#programs.push(program);
    return program;
  }

  /**
   * Runs a program to its end; what it printed.
   * @throws Error with what it printed, if it fails.
   */
  async run(command: readonly string[]): Promise<string> {
    const program = this.start(command);
    const status = await program.ended;
    if (status !== 0) throw program.failure(`ended with ${status}`);
    return program.output;
  }

  /** An in-memory file system of so many bytes; its path. */
  async mountSmall(name: string, bytes: number): Promise<string> {
    const path = this.path(name);
    mkdirSync(path);
    await this.run(["mount", "-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", path]);
    this.#undo.push(() => this.run(["umount", path]));
    return path;
  }

  /** Ends all that it started and removes the folder. */
  async close(): Promise<void> {
    for (const program of this.#programs) await program.kill();
    for (const undo of this.#undo) await undo();
    rmSync(this.folder, { recursive: true });
  }
}
