import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rolldown } from "rolldown";

export interface BundleOptions {
  /** What to put in place of names. */
  readonly constants?: Readonly<Record<string, string>>;
  /** Modules that stay outside, by the end of their specifier, and the CommonJS modules to load in their place. */
  readonly outside?: Readonly<Record<string, string>>;
}

/** Makes one CommonJS script of an ES module and all that it imports. */
export async function bundle(module: string, { constants = {}, outside = {} }: BundleOptions = {}): Promise<string> {
  const building = await rolldown({
    input: module,
    platform: "node",
    // The package says that none of its modules does anything by being imported, but programs do.
    treeshake: { moduleSideEffects: (id) => id === module },
    transform: { define: { ...constants } },
    plugins: [{ name: "outside", resolveId: (specifier) => replacement(specifier, outside) }],
    onLog: (_, { message }) => {
      throw new Error(message);
    },
  });
  const { output } = await building.generate({ format: "cjs", dynamicImportInCjs: false, comments: false });
  await building.close();
  return output[0].code;
}

function replacement(specifier: string, outside: Readonly<Record<string, string>>): ExternalModule | undefined {
  const end = Object.keys(outside).find((name) => specifier.endsWith(name));
  return end === undefined ? undefined : { id: outside[end] as string, external: true };
}

interface ExternalModule {
  readonly id: string;
  readonly external: true;
}

/** Writes a file whose name has a hash of its text; what is there already stays as it is. @returns the name */
export function writeHashed(folder: string, name: string, text: string): string {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
  const file = name.replace("*", hash);
  if (!existsSync(join(folder, file))) writeWhole(join(folder, file), text);
  return file;
}

/** Nobody ever reads half a file. */
export function writeWhole(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, text, { mode });
  renameSync(`${path}.${process.pid}`, path);
}
