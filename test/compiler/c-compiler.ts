import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** Ways that authors of drivers compile headers. */
export const dialects = { c: ["gcc", "-x", "c", "-std=c11"], cpp: ["g++", "-x", "c++", "-std=c++17"] } as const;

const strict = ["-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only"];

/** What a compiler says of sources, all at once: nothing where all is well. */
export async function cErrors(
  sources: ReadonlyMap<string, string>,
  [program, ...options]: readonly string[],
): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), "vdev-c-"));
  try {
    for (const [name, text] of sources) await writeFile(join(scratch, `${name}.c`), text);
    const files = [...sources.keys()].map((name) => join(scratch, `${name}.c`));
    return await errorsOf(program as string, [...options, ...strict, ...files]);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function errorsOf(program: string, args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)(program, args, { maxBuffer: 2 ** 26 })).stderr;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    if (!stderr) throw error;
    return stderr;
  }
}
