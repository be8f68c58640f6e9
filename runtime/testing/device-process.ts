import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeviceDescription } from "../virtio/description.js";
import { builtFile } from "./built-file.js";
import type { HostMessage, HostRequest, LogLevel, ServedDescription } from "./host-messages.js";

export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
}

/** A device that another process serves. */
export interface ServedDevice {
  /** The socket that it listens at. */
  readonly path: string;
  readonly description: DeviceDescription;
  /** What was logged until now. */
  readonly log: readonly LogLine[];
  inside(look: (...args: never[]) => unknown, args: readonly unknown[]): Promise<unknown>;
  stop(): Promise<void>;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A process that runs devices of one behaviour and serves them by vhost-user. */
export class DeviceProcess {
  readonly #child: ChildProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), "vdev-"));
  readonly #waiting = new Map<number, Waiting>();
  readonly #logs = new Map<number, LogLine[]>();
  #asked = 0;

  /** @param module whose default export is a `Backend`; TypeScript sources stand for what was built from them */
  static async start(module: URL): Promise<DeviceProcess> {
    const process = new DeviceProcess(module);
    try {
      await new Promise((resolve, reject) => process.#waiting.set(0, { resolve, reject }));
      return process;
    } catch (error) {
      await process.kill();
      throw error;
    }
  }

  private constructor(module: URL) {
    const script = builtFile(new URL("./host-process.js", import.meta.url));
    this.#child = fork(script, [builtFile(module)], { serialization: "advanced", execArgv: [] });
    this.#child.on("message", (message: HostMessage) => this.#take(message));
    this.#child.on("exit", (code, signal) => this.#gone(`the device process ended: ${signal ?? `exit ${code}`}`));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /**
   * Makes a device and serves it.
   *
   * @param once whether it goes with its first session
   * @param queueThreads threads for its queues of requests
   * @throws Error where it cannot be made, with the reason
   */
  async serve(options: unknown, once: boolean, queueThreads = 0): Promise<ServedDevice> {
    const path = join(this.#folder, `${this.#asked}.sock`);
    const { device, description } = (await this.#ask({
      kind: "serve",
      options,
      path,
      once,
      queueThreads,
    })) as ServedDescription;
    return {
      path,
      description,
      log: this.#logOf(device),
      inside: (look, args) => this.#ask({ kind: "inside", device, look: String(look), args }),
      stop: async () => void (await this.#ask({ kind: "stop", device })),
    };
  }

  /** Ends the process; resolves when it is gone. */
  async kill(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    if (this.running) {
      this.#child.kill(signal);
      await gone;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #ask(request: HostRequest): Promise<unknown> {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      if (this.running) this.#child.send({ id, request });
      else this.#gone("the device process has ended");
    });
  }

  #take(message: HostMessage): void {
    if (message.kind === "log") {
      const { level, message: text } = message;
      this.#logOf(message.device).push({ level, message: text });
      return;
    }
    const id = message.kind === "ready" ? 0 : message.id;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (message.kind === "failed") waiting?.reject(new Error(message.reason));
    else waiting?.resolve(message.kind === "reply" ? message.value : undefined);
  }

  #gone(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(reason));
    this.#waiting.clear();
  }

  #logOf(device: number): LogLine[] {
    const log = this.#logs.get(device) ?? [];
    this.#logs.set(device, log);
    return log;
  }
}
