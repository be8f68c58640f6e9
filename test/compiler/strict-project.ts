import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The runtime, for generated files that lie anywhere. */
export const runtime: string = join(root, "runtime/codegen.js");

/** What TypeScript says of files under our strictest options, all at once: nothing where all is well. */
export async function typeErrors(texts: ReadonlyMap<string, string>): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), "vdev-types-"));
  try {
    for (const [name, text] of texts) await writeFile(join(scratch, `${name}.ts`), text);
    await writeFile(join(scratch, "package.json"), JSON.stringify({ type: "module" }));
    await writeFile(join(scratch, "tsconfig.json"), JSON.stringify(project([...texts.keys()])));
    return await compile(join(scratch, "tsconfig.json"));
  } finally {
    await rm(scratch, { recursive: true });
  }
}

function project(names: readonly string[]): object {
  return {
    extends: join(root, "tsconfig.json"),
    compilerOptions: {
      composite: false,
      incremental: false,
      sourceMap: false,
      noEmit: true,
      rootDir: "/",
      typeRoots: [join(root, "node_modules/@types")],
    },
    files: names.map((name) => `${name}.ts`),
    references: [],
  };
}

async function compile(config: string): Promise<string> {
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  try {
    return (await promisify(execFile)(process.execPath, [compiler, "-p", config])).stdout;
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
