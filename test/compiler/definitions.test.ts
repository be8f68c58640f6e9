import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DefinitionCache, readDefinitions } from "../../compiler/front.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const sample = (device: string, id: number): string =>
  `schema: 1\ndevice: ${device}\nid: ${id}\nstatus: experimental\ntitle: Sample\n`;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vdev-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

describe("the definitions of this repository", () => {
  test("compile without errors and warnings, one in each folder", async () => {
    const { devices, diagnostics } = await readDefinitions(["definitions"], { cwd: root });
    expect(diagnostics).toEqual([]);
    const entries = await readdir(join(root, "definitions"), { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(folders).toContain("blk");
    expect(devices.map(({ source }) => source)).toEqual(
      folders.sort().map((name) => `definitions/${name}/${name}.yaml`),
    );
  });
});

describe("files", () => {
  test("two definitions of one id, and two of one name", async () => {
    await write("a/a.yaml", sample("a", 65535));
    await write("b/b.yaml", sample("b", 65535));
    await write("more/a/a.yaml", sample("a", 65534));
    const { devices, diagnostics } = await readDefinitions(["."], { cwd: folder });
    expect(diagnostics.map(({ file, line, code }) => [file, line, code])).toEqual([
      ["b/b.yaml", 3, "D001"],
      ["more/a/a.yaml", 2, "D006"],
    ]);
    expect(devices.map(({ source }) => source)).toEqual(["a/a.yaml"]);
  });

  test("an id for experiments that is taken: the next free one is named", async () => {
    for (const [name, id] of [
      ["a", 65535],
      ["b", 65534],
      ["c", 65535],
      ["d", 4],
      ["e", 4],
    ] as const)
      await write(`${name}/${name}.yaml`, sample(name, id));
    const { diagnostics } = await readDefinitions(["."], { cwd: folder });
    const taken = diagnostics.filter(({ code }) => code === "D001");
    expect(taken.map(({ file, help }) => [file, help])).toEqual([
      ["c/c.yaml", "65533 is free, and meant for experiments"],
      ["e/e.yaml", undefined],
    ]);
  });

  test.each(["a/disk.yaml", "disk/a.yaml", "a/a.yml"])("%s is not where device a belongs", async (path) => {
    await write(path, sample("a", 65535));
    const { devices, diagnostics } = await readDefinitions(["."], { cwd: folder });
    expect(devices).toEqual([]);
    expect(diagnostics.map(({ code, line }) => [code, line])).toEqual([["D004", 2]]);
  });

  test("outside of the working directory, the source begins at the folder that was given", async () => {
    await write("devices/a/a.yaml", sample("a", 65535));
    const { devices, files } = await readDefinitions([join(folder, "devices")], { cwd: root });
    expect(devices.map(({ source }) => source)).toEqual(["devices/a/a.yaml"]);
    expect(files).toEqual([join(folder, "devices/a/a.yaml")]);
  });

  test("a file that is given twice counts once", async () => {
    await write("a/a.yaml", sample("a", 65535));
    await symlink(join(folder, "a"), join(folder, "again"));
    const { devices, diagnostics } = await readDefinitions(["a/a.yaml", ".", "a", "again"], { cwd: folder });
    expect([devices.length, diagnostics.length]).toEqual([1, 0]);
  });

  test("folders that lead back to themselves end", async () => {
    await write("a/a.yaml", sample("a", 65535));
    await symlink(folder, join(folder, "a/loop"));
    await symlink("self", join(folder, "self"));
    const { devices, diagnostics } = await readDefinitions(["."], { cwd: folder });
    expect([devices.length, diagnostics.length]).toEqual([1, 0]);
  });

  test("an unchanged file is compiled once", async () => {
    const cache: DefinitionCache = new Map();
    await write("a/a.yaml", sample("a", 65535));
    const first = await readDefinitions(["."], { cwd: folder, cache });
    const second = await readDefinitions(["."], { cwd: folder, cache });
    expect(second.devices[0]).toBe(first.devices[0]);
    await write("a/a.yaml", sample("a", 65534));
    const third = await readDefinitions(["."], { cwd: folder, cache });
    expect(third.devices[0]?.id).toBe(65534);
  });
});
