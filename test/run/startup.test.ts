import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Bench, type ProgramName } from "./programs.js";

let bench: Bench;

beforeAll(() => {
  bench = new Bench();
});
afterAll(() => bench.close());

/** Modules that a program has loaded when it listens, by a hook that writes them down. */
async function loadedBy(program: ProgramName, args: readonly string[]): Promise<string[]> {
  const list = bench.path("loaded");
  const hook = `import { appendFileSync } from "node:fs";
export async function load(url, context, next) {
  appendFileSync(${JSON.stringify(list)}, url + "\\n");
  return await next(url, context);
}`;
  const url = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`;
  const register = `import { register } from "node:module"; register(${JSON.stringify(url(hook))});`;
  const running = bench.start(program, [...args, "--socket-path=x"], {
    env: { NODE_OPTIONS: `--import=${url(register)}` },
  });
  await running.says(/ listening on /);
  await running.end("SIGTERM");
  return readFileSync(list, "utf8").trim().split("\n");
}

test.each<[ProgramName, ...string[]]>([["vhost-user-rng"], ["vdev-run", "blk/ram-disk", "--size=1M"]])(
  "%s %s loads its device, commander and the runtime, and nothing of the compiler or the tests",
  async (program, ...args) => {
    const loaded = await loadedBy(program, args);
    expect(loaded.some((url) => url.includes("/dist/definitions/"))).toBe(true);
    expect(loaded.some((url) => url.includes("/dist/runtime/vhost-user/server.js"))).toBe(true);
    const folders = /\/node_modules\/(?!commander\/)|\/dist\/(compiler|test|runtime\/testing)\//;
    expect(loaded.filter((url) => folders.test(url))).toEqual([]);
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
