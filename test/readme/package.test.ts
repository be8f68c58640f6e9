import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "./readme.js";

type Target = string | { readonly types: string; readonly default: string };
const { bin, exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  bin: Readonly<Record<string, string>>;
  exports: Readonly<Record<string, Target>>;
};
const devices = readdirSync(join(root, "definitions"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const behaviours = devices.filter((name) => existsSync(join(root, "definitions", name, `${name}.ts`)));

/** The files of an export; of a pattern, those of every device that it is for and no export of its own stands for. */
function filesOf(path: string, target: Target): string[] {
  const files = typeof target === "string" ? [target] : [target.types, target.default];
  if (!path.includes("*")) return files;
  const meant = path.startsWith("./devices/") ? behaviours : devices;
  const names = meant.filter((name) => exports[path.replace("*", name)] === undefined);
  return names.flatMap((name) => files.map((file) => file.replaceAll("*", name)));
}

describe("the package", () => {
  test.each(Object.entries(exports))("has what it exports as %s", (path, target) => {
    const files = filesOf(path, target);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  test("loads by its name every behaviour", async () => {
    expect(behaviours).toContain("blk");
    for (const device of behaviours) {
      const loaded = (await import(`vdev-gen/devices/${device}`)) as { default: { open: unknown } };
      expect(loaded.default.open).toBeTypeOf("function");
    }
  });

  test("holds its programs, and nothing that builds them, no tests and no maps", () => {
    const packing = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const paths = [...packing.matchAll(/"path": "([^"]+)"/g)].map(([, path]) => path as string);
    expect(paths).toContain("dist/runtime/index.js");
    expect(paths).toEqual(expect.arrayContaining(Object.values(bin)));
    const built = paths.filter((path) => path.startsWith("dist/runtime/programs/"));
    expect(built.filter((path) => !/\.cjs$|\.cache$/.test(path))).toEqual([]);
    expect(paths.filter((path) => /\.map$|\.test\.|tsbuildinfo|^dist\/test\//.test(path))).toEqual([]);
  });
});
