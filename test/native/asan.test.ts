import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { buildAddon } from "../../runtime/native/build-addon.js";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "node_modules/.cache/vdev/asan");
const addon = join(folder, "vdev.node");
const reports = join(folder, "reports");
/** Milliseconds after which the tests are taken to hang. */
const BOUND = 600_000;
const SANITIZE = [
  "-g",
  "-O1",
  "-fno-omit-frame-pointer",
  "-fsanitize=address,undefined",
  "-fno-sanitize-recover=undefined",
];

/** Node was not built for it, so the sanitizer's runtime has to be there before anything else is. */
function runtime(): string {
  const path = execFileSync("gcc", ["-print-file-name=libasan.so"], { encoding: "utf8" }).trim();
  if (!existsSync(path)) throw new Error("AddressSanitizer's runtime, libasan, is not installed beside gcc");
  return path;
}

/** Tests of the build load no addon, or their own; and this one runs the others. */
const OTHERS = ["asan.test.ts", "build.test.ts"];

/** Tests that use the addon hardest, each by its name: a configuration with projects has its own idea of what is excluded. */
const TESTS = [
  ...readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".test.ts") && !OTHERS.includes(name))
    .map((name) => `test/native/${name}`),
  ...["addon-io", "io-errors", "io-model"].map((name) => `test/io/${name}.test.ts`),
];

/** Runs them on another build of the addon; what they printed where one failed. */
function runTests(env: NodeJS.ProcessEnv): Promise<string> {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const words = ["run", "--project", "vdev", ...TESTS, "--reporter", "dot"];
  const child = spawn(process.execPath, [vitest, ...words], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: BOUND,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return new Promise((done) => child.on("close", (code) => done(code === 0 ? "" : output)));
}

test(
  "the tests of the addon pass under AddressSanitizer, with nothing to report",
  async () => {
    buildAddon({ output: addon, compiler: ["gcc"], flags: SANITIZE });
    rmSync(reports, { recursive: true, force: true });
    mkdirSync(reports, { recursive: true });
    const failures = await runTests({
      VDEV_NATIVE_ADDON: addon,
      LD_PRELOAD: runtime(),
      // Node leaves much to the kernel at its end. SIGBUS is what the addon's own guard is for.
      ASAN_OPTIONS: `detect_leaks=0:handle_sigbus=0:log_path=${reports}/report`,
      UBSAN_OPTIONS: "print_stacktrace=1",
    });
    expect(readdirSync(reports).map((name) => readFileSync(join(reports, name), "utf8"))).toEqual([]);
    expect(failures).toBe("");
  },
  BOUND,
);
