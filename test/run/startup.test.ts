import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeCachePath } from "../../runtime/programs/run-bundle.js";
import { traceOption } from "./loaded-modules.js";
import { Bench, type ProgramName, pathOf } from "./programs.js";

let bench: Bench;

beforeAll(() => {
  bench = new Bench();
});
afterAll(() => bench.close());

/** ES modules that a program has loaded when it listens, by a hook that writes them down. */
async function loadedBy(program: ProgramName, args: readonly string[]): Promise<string[]> {
  const list = bench.path("loaded");
  await serveShortly(program, args, traceOption(list));
  return readFileSync(list, "utf8").trim().split("\n");
}

/** CommonJS modules and modules of Node that a program has loaded when it ends. */
async function requiredBy(program: ProgramName, args: readonly string[]): Promise<string[]> {
  const list = bench.path("required");
  const lines = `[...Object.keys(require.cache), ...process.moduleLoadList].join("\\n")`;
  writeFileSync(
    bench.path("hook.cjs"),
    `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(list)}, ${lines}));`,
  );
  await serveShortly(program, args, `--require=${bench.path("hook.cjs")}`);
  return readFileSync(list, "utf8").split("\n");
}

async function serveShortly(program: ProgramName, args: readonly string[], nodeOption: string): Promise<void> {
  const running = bench.start(program, [...args, "--socket-path=x"], { env: { NODE_OPTIONS: nodeOption } });
  await running.says(/ listening on /);
  await running.end("SIGTERM");
}

test("vdev-run loads its device and the runtime, and no package, nothing of the compiler or the tests", async () => {
  const loaded = await loadedBy("vdev-run", ["blk/ram-disk", "--size=1M"]);
  expect(loaded.some((url) => url.endsWith("/dist/definitions/blk/ram-disk.js"))).toBe(true);
  expect(loaded.some((url) => url.endsWith("/dist/runtime/vhost-user/server.js"))).toBe(true);
  expect(loaded.filter((url) => /\/node_modules\/|\/dist\/(compiler|test|runtime\/testing)\//.test(url))).toEqual([]);
});

/** The one bundle of a program. */
function bundleOf(program: ProgramName): string {
  const folder = dirname(pathOf(program));
  const names = readdirSync(folder).filter((name) => name.startsWith(`${program}-`) && name.endsWith(".bundle.cjs"));
  expect(names).toHaveLength(1);
  return join(folder, names[0] as string);
}

describe.each<[ProgramName, ...string[]]>([["vhost-user-rng"], ["vhost-user-blk", "--blk-null=1M"]])(
  "%s",
  (program, ...args) => {
    test("consists of its device and the runtime", () => {
      const modules = [...readFileSync(bundleOf(program), "utf8").matchAll(/^\/\/ (.*\.[cm]?js)$/gm)].map(
        ([, path]) => path,
      );
      expect(modules).toContain("dist/runtime/vhost-user/server.js");
      const ours = /^dist\/(runtime\/(?!testing)|generated\/|definitions\/)|^\\0rolldown\/runtime.js$/;
      expect(modules.filter((path) => !ours.test(path as string))).toEqual([]);
    });

    test("loads nothing beside it, and little of Node", async () => {
      const required = await requiredBy(program, args);
      const files = required.filter((line) => line.startsWith("/") && !line.endsWith("/hook.cjs"));
      expect(files).toEqual([pathOf(program)]);
      const costly = ["child_process", "crypto", "net", "perf_hooks", "readline", "worker_threads"];
      expect(required.filter((line) => costly.some((name) => line === `NativeModule ${name}`))).toEqual([]);
    });

    test("has a code cache that V8 takes", () => {
      const bundle = bundleOf(program);
      const cachedData = readFileSync(codeCachePath(bundle));
      expect(new Script(readFileSync(bundle, "utf8"), { cachedData }).cachedDataRejected).toBe(false);
    });
  },
);

test.each<[ProgramName, ...string[]]>([
  ["vhost-user-rng", "--socket-path=y"],
  ["vhost-user-blk", "--blk-null=1M", "--connect=y"],
])("%s %s says in one sentence that there is no addon, and leaves nothing behind", (program, ...args) => {
  const before = bench.names();
  const { status, stderr } = bench.run(program, args, { VDEV_NATIVE_ADDON: bench.path("none") });
  expect(stderr).toMatch(/^\S+ error \w+: no native addon for Linux on \w+ at \S+: run `npm run build` .*\n$/);
  expect([status, bench.names()]).toEqual([1, before]);
});
