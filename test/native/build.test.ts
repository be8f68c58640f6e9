import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { AddonBuildError, buildAddon } from "../../runtime/native/build-addon.js";
import { AddonMissingError, loadAddon } from "../../runtime/native/load.js";
import { importsOf, portabilityFaults } from "../../runtime/native/portability.js";

const root = resolve(import.meta.dirname, "../..");
let folder = "";
let output = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vdev-build-"));
  output = join(folder, "vdev.node");
  buildAddon({ output, compiler: ["cc"], flags: ["-Werror"] });
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("building the addon", () => {
  /** A compiler that is quick: its last word is the binary to make. */
  function fakeCompiler(): string[] {
    const script = join(folder, "cc");
    writeFileSync(script, 'for last; do :; done; echo built > "$last"\n');
    return ["sh", script];
  }

  test("happens once, and again when the command changed or the binary is gone", () => {
    const fake = { output: join(folder, "fake.node"), compiler: fakeCompiler() };
    expect([buildAddon(fake), buildAddon(fake)]).toEqual([true, false]);
    expect(readFileSync(fake.output, "utf8")).toBe("built\n");
    expect([buildAddon({ ...fake, flags: ["-O1"] }), buildAddon(fake), buildAddon(fake)]).toEqual([true, true, false]);
    rmSync(fake.output);
    expect(buildAddon(fake)).toBe(true);
  });

  test.each([
    ["that is not there", ["/nonexistent/cc"], "install it with the C library's headers"],
    ["that fails", ["false"], "could not build"],
  ])("by a compiler %s fails in a sentence, and leaves what there was", (_, compiler, sentence) => {
    const kept = join(folder, "kept.node");
    writeFileSync(kept, "before");
    expect(() => buildAddon({ output: kept, compiler })).toThrowError(AddonBuildError);
    expect(() => buildAddon({ output: kept, compiler })).toThrowError(sentence);
    expect(readFileSync(kept, "utf8")).toBe("before");
    expect(readdirSync(folder).filter((name) => name.startsWith("kept"))).toEqual(["kept.node"]);
  });

  test("by the package's script, without a compiler: one line, and a code that stops npm", () => {
    const script = join(root, "dist/runtime/native/build.js");
    const env = { ...process.env, CC: "/nonexistent/cc" };
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { env, encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^vdev: the native addon needs the C compiler "\/nonexistent\/cc".*\n$/);
  });
});

describe("the binary", () => {
  test("needs nothing that some Linux since glibc 2.28, or musl, does not have", () => {
    expect(importsOf(output)).toContain("napi_create_function");
    expect(portabilityFaults(output)).toEqual([]);
  });

  test("would be found out if it did", () => {
    const source = join(folder, "new.c");
    writeFileSync(
      source,
      "#include <pthread.h>\n#include <math.h>\ndouble f(double x) { pthread_join(0, 0); return pow(x, x); }\n",
    );
    const library = join(folder, "new.so");
    expect(spawnSync("cc", ["-shared", "-fPIC", source, "-o", library, "-lm"]).status).toBe(0);
    const faults = portabilityFaults(library);
    expect(faults).toContain("libm.so.6");
    expect(faults.filter((name) => /^pthread_join@|^pow@/.test(name))).toHaveLength(2);
  });

  test("exports what native.ts says, and nothing else", () => {
    const text = readFileSync(join(root, "runtime/native/native.ts"), "utf8");
    const declared = text.slice(
      text.indexOf("export interface Native {"),
      text.indexOf("export interface NativeError"),
    );
    const names = [...declared.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name);
    expect(Object.keys(loadAddon()).sort()).toEqual(names.sort());
  });
});

describe("loading", () => {
  afterEach(() => vi.unstubAllEnvs());

  test("what is not there says what to do", () => {
    vi.stubEnv("VDEV_NATIVE_ADDON", join(folder, "missing.node"));
    expect(loadAddon).toThrowError(AddonMissingError);
    expect(loadAddon).toThrowError(
      /^no native addon for Linux on \w+ at .*missing\.node: run `npm run build` in a clone/,
    );
  });

  test("what the build made works", () => {
    vi.stubEnv("VDEV_NATIVE_ADDON", output);
    expect(existsSync(output)).toBe(true);
    const fd = loadAddon().eventfd();
    expect(loadAddon().signal(fd)).toBe(0);
    loadAddon().close(fd);
  });
});
