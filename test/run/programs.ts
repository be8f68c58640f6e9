import { type ChildProcess, type StdioOptions, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { until } from "../until.js";

const repository = resolve(import.meta.dirname, "../..");
const { bin } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));

export type ProgramName = "vdev-run" | "vhost-user-blk" | "vhost-user-rng";

/** How a program ended, and what it said. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Of standard error, and descriptors 3 and up. */
  readonly stderr?: number | "pipe";
  readonly passed?: readonly number[];
  /** Runs under a shell that does something first; `exec "$@"` is what follows it. */
  readonly shell?: string;
}

/** A program that runs. */
export class RunningProgram {
  readonly child: ChildProcess;
  readonly #closed: Promise<Outcome>;
  #stderr = "";

  constructor(words: readonly string[], cwd: string, { env = {}, stderr = "pipe", passed = [], shell }: StartOptions) {
    const [file = "", ...args] = shell === undefined ? words : ["/bin/sh", "-c", `${shell} exec "$@"`, "sh", ...words];
    const stdio: StdioOptions = ["ignore", "pipe", stderr, ...passed];
    this.child = spawn(file, args, { cwd, env: environment(env), stdio });
    let stdout = "";
    this.child.stdout?.setEncoding("utf8").on("data", (text) => (stdout += text));
    this.child.stderr?.setEncoding("utf8").on("data", (text) => (this.#stderr += text));
    this.#closed = new Promise((done) => {
      this.child.on("close", (status) => done({ status, stdout, stderr: this.#stderr }));
    });
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Waits until it said something on standard error. */
  async says(what: RegExp): Promise<void> {
    await until(`${what} on standard error`, () => what.test(this.#stderr) || this.child.exitCode !== null);
    if (!what.test(this.#stderr)) throw new Error(`the program ended without ${what}: ${this.#stderr}`);
  }

  /** How it ends, after a signal where one is given. */
  async end(signal?: NodeJS.Signals): Promise<Outcome> {
    if (signal !== undefined) this.child.kill(signal);
    return await this.#closed;
  }
}

/** A folder, and the programs that were started there. */
export class Bench {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), "vdev-run-")));
  readonly #running: RunningProgram[] = [];

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Names of what is in the folder. */
  names(): string[] {
    return readdirSync(this.folder).sort();
  }

  /** Writes a module that can use `runtime` and `rng`, the generated code. */
  writeModule(name: string, text: string): string {
    const built = (file: string) => JSON.stringify(pathToFileURL(join(repository, "dist", file)).href);
    const head = `import * as runtime from ${built("runtime/index.js")};\nimport * as rng from ${built("generated/rng.js")};\n`;
    writeFileSync(this.path(name), head + text);
    return this.path(name);
  }

  /** Makes a file of so many zeroes, and returns its path. */
  writeZeroes(name: string, bytes: number): string {
    writeFileSync(this.path(name), new Uint8Array(bytes));
    return this.path(name);
  }

  /** Runs a program to its end. */
  run(program: ProgramName, args: readonly string[], env: Readonly<Record<string, string>> = {}): Outcome {
    const words = wordsOf(program, args);
    const stdio: StdioOptions = ["ignore", "pipe", "pipe"];
    const options = { cwd: this.folder, env: environment(env), stdio };
    // A program that serves where it should have refused would keep this process waiting for ever.
    return spawnSync(words[0] as string, words.slice(1), { timeout: 60_000, ...options, encoding: "utf8" });
  }

  start(program: ProgramName, args: readonly string[], options: StartOptions = {}): RunningProgram {
    const running = new RunningProgram(wordsOf(program, args), this.folder, options);
    this.#running.push(running);
    return running;
  }

  /** Starts a program that listens at a path in the folder. */
  async listen(program: ProgramName, path: string, args: readonly string[] = []): Promise<RunningProgram> {
    const running = this.start(program, [...args, "--socket-path", path]);
    await running.says(/ listening on /);
    return running;
  }

  async close(): Promise<void> {
    await Promise.all(this.#running.map((running) => running.end("SIGKILL")));
    rmSync(this.folder, { recursive: true });
  }
}

/** The file that is a program. */
export function pathOf(program: ProgramName): string {
  return join(repository, bin[program]);
}

function wordsOf(program: ProgramName, args: readonly string[]): string[] {
  return [process.execPath, pathOf(program), ...args];
}

/** What a test runner sets must not show in what is tested. */
function environment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _, NO_COLOR: __, NODE_V8_COVERAGE: ___, JOURNAL_STREAM: ____, ...rest } = process.env;
  return { ...rest, ...more };
}
