import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

/** What a build needs to know. */
export interface AddonBuild {
  /** The binary to make. */
  readonly output: string;
  /** The C compiler's command, in words. */
  readonly compiler: readonly string[];
  /** Flags beside those of every build. */
  readonly flags?: readonly string[];
}

/** An addon that could not be built, in one sentence; the compiler has printed what it did not like. */
export class AddonBuildError extends Error {
  override readonly name = "AddonBuildError";
  readonly code = "VDEV_ADDON_BUILD";
}

/**
 * One binary has to load on every glibc since 2.28 and on musl, so nothing may bring in symbols that only some of them
 * have: fortified functions, the stack protector (on Arm its guard lives in glibc's loader), outlined atomics. `nodelete`:
 * the SIGBUS handler must outlive a worker thread that was the only one to load the addon.
 */
const FLAGS = [
  ...["-std=gnu11", "-O2", "-fPIC", "-shared", "-Wall", "-Wextra", "-fvisibility=hidden"],
  ...["-U_FORTIFY_SOURCE", "-fno-stack-protector"],
  ...["-Wl,-z,relro", "-Wl,-z,now", "-Wl,-z,nodelete", "-Wl,-z,noexecstack"],
];

// This file may be the source, beside the C sources, or what tsc made of it.
const here = import.meta.dirname;
const root = resolve(here, existsSync(join(here, "addon.c")) ? "../.." : "../../..");
const sourceFolder = join(root, "runtime/native");

/** The binary that `load.ts` looks for on a kind of processor. */
export function addonPath(arch: string): string {
  return join(root, "dist/runtime/native", `vdev-linux-${arch}.node`);
}

/**
 * Builds the addon, unless the binary there was built from the same sources by the same command.
 *
 * @returns whether it had to be built
 * @throws AddonBuildError where there is no such compiler, or it fails
 */
export function buildAddon({ output, compiler, flags = [] }: AddonBuild): boolean {
  const files = readdirSync(sourceFolder)
    .filter((name) => /\.[ch]$/.test(name))
    .sort();
  const sources = files.filter((name) => name.endsWith(".c")).map((name) => join(sourceFolder, name));
  const include = createRequire(import.meta.url)("node-api-headers").include_dir as string;
  const command = [...compiler, ...FLAGS, ...flags, "-I", include, ...sources];
  const inputs = fingerprint([...command, ...files.map((name) => readFileSync(join(sourceFolder, name), "utf8"))]);
  if (existsSync(output) && existsSync(`${output}.inputs`) && readFileSync(`${output}.inputs`, "utf8") === inputs) {
    return false;
  }
  compile(command, output);
  writeFileSync(`${output}.inputs`, inputs);
  return true;
}

/** Never leaves half a binary behind, and never changes one that is loaded. */
function compile(command: readonly string[], output: string): void {
  const unfinished = `${output}.${process.pid}`;
  mkdirSync(dirname(output), { recursive: true });
  try {
    run([...command, "-o", unfinished]);
    renameSync(unfinished, output);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function run([program = "", ...words]: readonly string[]): void {
  const { error, status } = spawnSync(program, words, { stdio: ["ignore", "inherit", "inherit"] });
  if (error !== undefined) {
    throw new AddonBuildError(
      `the native addon needs the C compiler "${program}", which cannot be run (${error.message}): install it with the C ` +
        "library's headers, or name this machine's compiler in the environment variable CC",
    );
  }
  if (status !== 0)
    throw new AddonBuildError(`the C compiler "${program}" could not build the native addon, see above`);
}

function fingerprint(parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest("hex");
}
