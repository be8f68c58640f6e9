import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";

const OUTPUT_MAX = 1 << 20;

/** A program that a test started: in a process group of its own, and dead when the test's process is. */
export class RunningProgram {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #name: string;
  #output = "";
  #unread = "";
  /** Its exit status, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
  #isRunning = true;

  constructor(command: readonly string[]) {
    this.#name = command.join(" ");
    // The kernel ends it even if the test's process is killed, or ends without cleaning up.
    this.#child = spawn("setpriv", ["--pdeathsig", "KILL", ...command], { detached: true });
    this.ended = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("close", (status, signal) => {
        this.#isRunning = false;
        resolve(signal ?? status ?? -1);
      });
    });
    this.#child.stdin.on("error", () => {});
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#keep(text);
      this.#unread = (this.#unread + text).slice(-OUTPUT_MAX);
    });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => this.#keep(text));
  }

  /** The number of its process; 0 where it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** The end of what it printed, on standard output and standard error as they came. */
  get output(): string {
    return this.#output;
  }

  /** Its standard output since the last match up to this one, and this one's first group; undefined while nothing matches. */
  take(pattern: RegExp): { before: string; group: string } | undefined {
    const match = pattern.exec(this.#unread);
    if (match === null) return undefined;
    const before = this.#unread.slice(0, match.index);
    this.#unread = this.#unread.slice(match.index + match[0].length);
    return { before, group: match[1] ?? "" };
  }

  write(text: string): void {
    this.#child.stdin.write(text);
  }

  /** An error that says what it printed. */
  failure(what: string): Error {
    return new Error(`${this.#name}: ${what}\n${this.#output}`);
  }

  /** Takes it away as a crash does, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#signal("SIGKILL");
    await this.ended;
  }

  /** Asks it to end, and waits until it is gone. */
  async terminate(): Promise<number | string> {
    this.#signal("SIGTERM");
    return this.ended;
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (this.#isRunning && pid !== undefined) process.kill(-pid, signal);
  }

  #keep(text: string): void {
    this.#output = (this.#output + text).slice(-OUTPUT_MAX);
  }
}
