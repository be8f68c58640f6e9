import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** Something that a C compiler can put a number to. */
export interface Question {
  /** Constant expression of C. */
  readonly ours: string;
  /** The same in the words of the other header. */
  readonly theirs: string;
}

/**
 * What a C compiler makes of constant expressions; undefined where it does not know the names in one.
 *
 * @param includes lines before them
 * @param folders where headers are searched, and nowhere else; absent: where the compiler does by itself
 */
export async function valuesOf(
  expressions: readonly string[],
  includes: readonly string[],
  folders?: readonly string[],
): Promise<(string | undefined)[]> {
  const scratch = await mkdtemp(join(tmpdir(), "vdev-truth-"));
  const known = new Set(expressions.keys());
  try {
    for (;;) {
      const source = join(scratch, "probe.c");
      await writeFile(source, probeOf(expressions, includes, known));
      const unknown = await unknownIn(source, folders, includes.length);
      if (unknown.length === 0) return answers(expressions.length, await readFile(`${source}.s`, "utf8"));
      for (const i of unknown) known.delete(i);
    }
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** One line an expression, so that the lines of messages tell which are meant. The assembler's text carries the answers. */
function probeOf(expressions: readonly string[], includes: readonly string[], known: ReadonlySet<number>): string {
  const lines = expressions.map((expression, i) =>
    known.has(i)
      ? `void probe${i}(void) { __asm__ volatile("answer ${i} %0" : : "i"((unsigned long long)(${expression}))); }`
      : "",
  );
  return `${[...includes, ...lines].join("\n")}\n`;
}

/** Indices of expressions that do not compile. */
async function unknownIn(source: string, folders: readonly string[] | undefined, above: number): Promise<number[]> {
  const search = folders && ["-nostdinc", ...folders.flatMap((folder) => ["-isystem", folder])];
  try {
    await promisify(execFile)("gcc", ["-S", "-w", ...(search ?? []), source, "-o", `${source}.s`]);
    return [];
  } catch (error) {
    const { stderr } = error as { stderr: string };
    const lines = [...stderr.matchAll(/probe\.c:(\d+):\d+: error/g)].map(([, line]) => Number(line) - 1 - above);
    if (lines.length === 0 || lines.some((line) => line < 0)) throw error;
    return lines;
  }
}

function answers(count: number, assembly: string): (string | undefined)[] {
  const values = new Map([...assembly.matchAll(/answer (\d+) \$(-?\d+)/g)].map(([, i, value]) => [Number(i), value]));
  return Array.from({ length: count }, (_, i) => values.get(i));
}
