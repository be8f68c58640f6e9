import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** The demo runs from `dist/test/demo`. */
const PACKAGE = new URL("../../../package.json", import.meta.url);
const { bin } = JSON.parse(readFileSync(PACKAGE, "utf8"));

/** Far more than a program needs to listen. */
const START_TIMEOUT_MS = 20_000;

/** A backend program of this repository, in a process of its own. */
export class RunningBackend {
  readonly socket: string;
  readonly #process: ChildProcess;

  private constructor(socket: string, process: ChildProcess) {
    this.socket = socket;
    this.#process = process;
  }

  /** @throws Error where the program does not listen */
  static async start(program: string, socket: string, options: readonly string[]): Promise<RunningBackend> {
    const path = fileURLToPath(new URL(bin[program], PACKAGE));
    const process_ = spawn(process.execPath, [path, `--socket-path=${socket}`, "--log-level=warn", ...options], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!existsSync(socket)) {
      if (process_.exitCode !== null || performance.now() > deadline) throw new Error(`${program} does not listen`);
      await sleep(5);
    }
    return new RunningBackend(socket, process_);
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, "exit");
    if (this.#process.exitCode === null && this.#process.kill("SIGTERM")) await ended;
  }
}
