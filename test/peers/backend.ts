import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RunningProgram } from "./running-program.js";
import { until } from "./until.js";
import type { Workspace } from "./workspace.js";

/** The programs under test: this checkout's, unless $VDEV_PROGRAMS is the folder of another build's. */
const programs = process.env["VDEV_PROGRAMS"] ?? fileURLToPath(new URL("../../dist/runtime/programs", import.meta.url));

/** A program of ours that serves a device. */
export class Backend {
  readonly socket: string;
  readonly #workspace: Workspace;
  readonly #command: readonly string[];
  #program: RunningProgram;

  private constructor(workspace: Workspace, socket: string, command: readonly string[]) {
    this.socket = socket;
    this.#workspace = workspace;
    this.#command = command;
    this.#program = workspace.start(command);
  }

  /** Starts one whose socket has that name; it listens when this returns. */
  static async start(
    workspace: Workspace,
    name: string,
    program:
      | "vhost-user-blk"
      | "vhost-user-rng"
      | "vdev-run blk/ram-disk"
      | "vdev-run watchdog"
      | `vdev-run --definition definitions/${string}`,
    ...options: string[]
  ): Promise<Backend> {
    const socket = workspace.path(`${name}.sock`);
    const [script, ...device] = program.split(" ");
    const file = join(programs, script === "vdev-run" ? "../run/vdev-run.js" : `${script}.cjs`);
    const command = [process.execPath, file, ...device, "--socket-path", socket, ...options];
    const backend = new Backend(workspace, socket, command);
    await until(`${program} listens`, () => {
      if (!backend.#program.isRunning) throw backend.#program.failure("ended at once");
      return existsSync(socket);
    });
    return backend;
  }

  get program(): RunningProgram {
    return this.#program;
  }

  /** Kills it, and starts another in its place: the socket file that the first has left is still there. */
  async crash(): Promise<void> {
    await this.#program.kill();
    this.#program = this.#workspace.start(this.#command);
  }
}
