import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { generate } from "../../compiler/cli/generate.js";
import type { GenerateOptions } from "../../compiler/cli/generate-options.js";
import { fakeStages, Sandbox } from "./cli-sandbox.js";

let box: Sandbox;

beforeEach(() => {
  box = new Sandbox();
  box.write("definitions/blk/blk.yaml", "a disk\n");
  box.write("definitions/rng/rng.yaml", "noise\n");
});
afterEach(() => box.remove());

async function compile(options: Partial<GenerateOptions> = {}) {
  const stages = fakeStages(box.emitted);
  return await generate({ inputs: ["definitions"], outDir: "generated", cwd: box.root, stages, ...options });
}

function states(outputs: readonly { file: string; state: string }[]): Record<string, string> {
  return Object.fromEntries(outputs.map(({ file, state }) => [file, state]));
}

describe("writing", () => {
  test("each device gives one file, in a folder that is made", async () => {
    const result = await compile({ outDir: "a/b" });
    expect(result.ok).toBe(true);
    expect(states(result.outputs)).toEqual({ "a/b/blk.ts": "written", "a/b/rng.ts": "written" });
    expect(box.list("a/b")).toEqual(["blk.ts", "rng.ts"]);
    expect(box.read("a/b/blk.ts")).toContain('import "../runtime/codegen.js"');
  });

  test("a device gives a file of each kind that is asked for, and the kinds do not know each other", async () => {
    const result = await compile({ emit: ["ts", "c"] });
    expect(Object.keys(states(result.outputs))).toEqual(
      ["blk.ts", "virtio_blk.h", "rng.ts", "virtio_rng.h"].map((name) => `generated/${name}`),
    );
    expect((await compile({ emit: ["c"], check: true })).diagnostics).toEqual([]);
    expect((await compile({ check: true })).diagnostics).toEqual([]);
    rmSync(join(box.root, "definitions/rng"), { recursive: true });
    const { diagnostics } = await compile({ emit: ["c"], check: true });
    expect(diagnostics.map(({ code, file }) => [code, file])).toEqual([["G003", "generated/virtio_rng.h"]]);
  });

  test("the runtime's specifier goes into the files", async () => {
    await compile({ runtime: "vdev-gen/codegen" });
    expect(box.read("generated/blk.ts")).toContain('import "vdev-gen/codegen"');
  });

  test("a file that did not change is not touched", async () => {
    await compile();
    const before = box.identity("generated/blk.ts");
    box.write("definitions/rng/rng.yaml", "other noise\n");
    const result = await compile();
    expect(states(result.outputs)).toEqual({ "generated/blk.ts": "unchanged", "generated/rng.ts": "written" });
    expect(box.identity("generated/blk.ts")).toBe(before);
  });

  test("files have the mode that the umask leaves", async () => {
    await compile();
    const { mode } = statSync(join(box.root, "generated/blk.ts"));
    expect(mode & 0o777).toBe(0o666 & ~process.umask());
  });

  test("one error, and nothing is written or emitted", async () => {
    box.write("definitions/rng/rng.yaml", "an error\n");
    const result = await compile();
    expect(result).toMatchObject({ ok: false, outputs: [], definitions: 2 });
    expect(box.emitted).toEqual([]);
    expect(box.list(".")).toEqual(["definitions"]);
  });

  test("a warning is an error where it is said to be", async () => {
    box.write("definitions/rng/rng.yaml", "a warning\n");
    expect(await compile({ errorOnWarnings: true })).toMatchObject({ ok: false, outputs: [] });
    expect(await compile()).toMatchObject({ ok: true });
  });

  test("a folder behind a link is written through it, and so is a file", async () => {
    mkdirSync(join(box.root, "real"));
    symlinkSync("real", join(box.root, "generated"));
    await compile();
    expect(box.list("real")).toEqual(["blk.ts", "rng.ts"]);
    mkdirSync(join(box.root, "links"));
    symlinkSync("../real/blk.ts", join(box.root, "links/blk.ts"));
    box.write("definitions/blk/blk.yaml", "another disk\n");
    await compile({ outDir: "links" });
    expect(box.read("real/blk.ts")).toContain("another disk");
    expect(box.list("real")).toEqual(["blk.ts", "rng.ts"]);
  });

  test("where one file cannot be written, none is, and no temporary file is left", async () => {
    await compile();
    box.write("definitions/blk/blk.yaml", "another disk\n");
    const stages = fakeStages();
    const read: typeof stages.read = async (inputs, cwd) => {
      const definitions = await stages.read(inputs, cwd);
      const devices = definitions.devices.map((d) => (d.name === "rng" ? { ...d, name: "x".repeat(250) } : d));
      return { ...definitions, devices };
    };
    await expect(compile({ stages: { ...stages, read } })).rejects.toMatchObject({ code: "VDEV_IO" });
    expect(box.list("generated")).toEqual(["blk.ts", "rng.ts"]);
    expect(box.read("generated/blk.ts")).toContain("a disk");
  });
});

describe("files that are not ours", () => {
  test("a file without the header is never replaced, nor is anything else written", async () => {
    box.write("generated/blk.ts", "// mine\n");
    const result = await compile();
    expect(result.diagnostics).toMatchObject([{ code: "G004", severity: "error", file: "generated/blk.ts" }]);
    expect(states(result.outputs)).toEqual({ "generated/blk.ts": "foreign", "generated/rng.ts": "missing" });
    expect(box.read("generated/blk.ts")).toBe("// mine\n");
    expect(box.list("generated")).toEqual(["blk.ts"]);
  });

  test.each([
    ["an empty file", () => box.write("generated/blk.ts", "")],
    ["a folder", () => box.write("generated/blk.ts/keep", "")],
    [
      "a link that leads nowhere",
      () => {
        mkdirSync(join(box.root, "generated"));
        symlinkSync("nowhere", join(box.root, "generated/blk.ts"));
      },
    ],
  ])("%s is not ours", async (_, make) => {
    make();
    expect((await compile()).diagnostics).toMatchObject([{ code: "G004" }]);
    expect((await compile({ check: true })).diagnostics.map(({ code }) => code)).toContain("G004");
  });
});

describe("check", () => {
  const check = async () => await compile({ check: true });

  test("says nothing where nothing is to be done", async () => {
    await compile();
    const result = await check();
    expect(result).toMatchObject({ ok: true, diagnostics: [] });
    expect(states(result.outputs)).toEqual({ "generated/blk.ts": "unchanged", "generated/rng.ts": "unchanged" });
  });

  test("reports a missing file, and makes nothing", async () => {
    expect((await check()).diagnostics).toMatchObject([
      { code: "G002", file: "generated/blk.ts", help: "run `vdev-gen definitions -o generated`" },
      { code: "G002", file: "generated/rng.ts" },
    ]);
    expect(box.list(".")).toEqual(["definitions"]);
  });

  test("reports a stale file at the first place that differs, and leaves it", async () => {
    await compile();
    box.write("definitions/blk/blk.yaml", "a disc\n");
    const before = box.identity("generated/blk.ts");
    const result = await check();
    expect(result.ok).toBe(false);
    expect(result.diagnostics).toMatchObject([{ code: "G001", file: "generated/blk.ts", line: 4, column: 9 }]);
    expect(result.sources.get("generated/blk.ts")).toContain("a disk");
    expect(box.identity("generated/blk.ts")).toBe(before);
  });

  test("reports an edit by hand, down to the last byte", async () => {
    await compile();
    truncateSync(join(box.root, "generated/rng.ts"), readFileSync(join(box.root, "generated/rng.ts")).length - 1);
    expect((await check()).diagnostics).toMatchObject([{ code: "G001", file: "generated/rng.ts" }]);
  });

  test("help names the options that the files were made with", async () => {
    const { diagnostics } = await compile({ check: true, outDir: "my out", runtime: "x/codegen" });
    expect(diagnostics[0]?.help).toBe("run `vdev-gen --runtime x/codegen definitions -o 'my out'`");
  });
});

describe("orphans", () => {
  const header = (source: string) => `// @generated by vdev-gen from ${source}. Do not edit.\n`;

  test("a file whose definition is gone: an error for check, else a warning; never deleted", async () => {
    await compile();
    box.write("generated/gone.ts", header("definitions/gone/gone.yaml"));
    const checked = await compile({ check: true });
    expect(checked).toMatchObject({ ok: false, diagnostics: [{ code: "G003", severity: "error" }] });
    const written = await compile();
    expect(written).toMatchObject({ ok: true, diagnostics: [{ code: "G003", severity: "warning" }] });
    expect(states(written.outputs)).toMatchObject({ "generated/gone.ts": "orphaned" });
    expect(box.list("generated")).toContain("gone.ts");
  });

  test("a file of a definition that exists, but was not compiled now, is none", async () => {
    await compile();
    expect(await compile({ inputs: ["definitions/blk"], check: true })).toMatchObject({ ok: true });
  });

  test("a copy of a generated file is one: its definition gives another", async () => {
    await compile();
    box.write("generated/copy.ts", box.read("generated/blk.ts"));
    expect((await compile()).diagnostics).toMatchObject([{ code: "G003", file: "generated/copy.ts" }]);
  });

  test("definitions outside of the working directory are found by the folder they were given in", async () => {
    await compile();
    mkdirSync(join(box.root, "sub"));
    const options = { cwd: join(box.root, "sub"), inputs: ["../definitions/rng/rng.yaml"], outDir: "../generated" };
    const orphans = (await compile({ ...options, check: true })).diagnostics.filter(({ code }) => code === "G003");
    expect(orphans.filter(({ file }) => file.endsWith("blk.ts"))).toEqual([]);
  });

  test("other files are nobody's business", async () => {
    box.write("generated/mine.ts", "export {};\n");
    box.write("generated/notes.md", header("definitions/gone/gone.yaml"));
    box.write("generated/deep/gone.ts", header("definitions/gone/gone.yaml"));
    expect(await compile()).toMatchObject({ ok: true, diagnostics: [] });
  });
});

describe("what cannot be carried out", () => {
  test.each<[string, Partial<GenerateOptions>, object]>([
    ["a path that is not there", { inputs: ["nowhere"] }, { code: "VDEV_USAGE", message: /there is no nowhere/ }],
    [
      "a folder without definitions",
      { inputs: ["empty"] },
      { code: "VDEV_USAGE", message: /no definitions .* in empty/ },
    ],
    ["an output folder that is a file", { outDir: "file" }, { code: "VDEV_USAGE", message: /file is not a folder/ }],
    ["an output folder below a file", { outDir: "file/below" }, { code: "VDEV_IO", message: /ENOTDIR/ }],
  ])("%s", async (_, options, { message, ...expected }: { message?: RegExp }) => {
    mkdirSync(join(box.root, "empty"));
    box.write("file", "");
    await expect(compile(options)).rejects.toMatchObject(expected);
    await expect(compile(options)).rejects.toThrow(message as RegExp);
  });

  test("an output folder that nobody can make", async () => {
    const failed = compile({ outDir: "/proc/vdev-gen" });
    await expect(failed).rejects.toMatchObject({ code: "VDEV_IO" });
    await expect(failed).rejects.toThrow(/^cannot make the folder \/proc\/vdev-gen: E[A-Z]+: [a-z ]+$/);
  });

  test("a folder where a file would go", async () => {
    mkdirSync(join(box.root, "generated/blk.ts"), { recursive: true });
    const { outputs } = await compile();
    expect(outputs).toContainEqual(expect.objectContaining({ file: "generated/blk.ts", state: "foreign" }));
  });
});
