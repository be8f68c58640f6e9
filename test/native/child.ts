import { spawn } from "node:child_process";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** The addon that tests use: what the build made, or another build of it. */
export const addon: string =
  process.env["VDEV_NATIVE_ADDON"] ?? join(root, `dist/runtime/native/vdev-linux-${process.arch}.node`);

/** How a process ended, and what it said. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Milliseconds after which a child is taken to hang; it must not outlive its test. */
const BOUND = 100_000;

const PRELUDE = `
Object.defineProperty(globalThis, "native", { get: () => require(${JSON.stringify(addon)}) });
const { Worker, isMainThread, parentPort } = require("node:worker_threads");
const fs = require("node:fs");
const fds = () => fs.readdirSync("/proc/self/fd").length;
const maps = () => fs.readFileSync("/proc/self/maps", "utf8").split("\\n").length;
/** MiB of addresses that are taken. */
const addresses = () => Number(/VmSize:\\s+(\\d+)/.exec(fs.readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
/** Calls back once a condition holds. */
const when = (condition, then) => condition() ? then() : setTimeout(when, 5, condition, then);
`;

/**
 * Runs JavaScript in another process: one that may crash, exit, or count what it has open.
 *
 * @param script sees `native` (loaded at its first use), `fds()`, `maps()`, `addresses()`, `when(condition, then)`, `fs`, `Worker`, and `source`, itself with all that
 * @param signal sent once the process printed something
 */
export function run(script: string, flags: readonly string[] = [], signal?: NodeJS.Signals): Promise<Outcome> {
  const body = PRELUDE + script;
  const source = `const source = ${JSON.stringify(body)};\n${body}`;
  const child = spawn(process.execPath, [...flags, "-e", source], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: BOUND,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    if (signal !== undefined) child.kill(signal);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((done) => {
    child.on("close", (code, ended) => done({ code, signal: ended, stdout, stderr }));
  });
}
