import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** A fenced block: commands, or an excerpt of the file that its first line names. */
export interface Block {
  readonly language: string;
  /** The file that the block shows. */
  readonly file?: string;
  readonly text: string;
}

/** The fenced blocks of the README's section with a title that begins like this. */
export function blocksOf(title: string): Block[] {
  const sections = readFileSync(`${root}README.md`, "utf8").split(/^## /m);
  const section = sections.find((candidate) => candidate.startsWith(title));
  if (section === undefined) throw new Error(`the README has no section "${title}"`);
  return [...section.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(([, language, file, text]) => ({
    language: language as string,
    ...(file === undefined ? {} : { file }),
    text: text as string,
  }));
}

/** The runs of lines between the marks `# ...` and `// ...` for what an excerpt leaves out. */
export function runsOf(excerpt: string): string[] {
  return excerpt.split(/^\s*(?:#|\/\/) \.\.\.\n/m);
}
