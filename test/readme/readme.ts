import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** A fenced block: commands, or an excerpt of the file that its first line names. */
export interface Block {
  readonly language: string;
  /** The file that the block shows. */
  readonly file?: string;
  readonly text: string;
}

/** The fenced blocks of a page, or of its section with a title that begins like this. */
export function blocksOf(page: string, title?: string): Block[] {
  const text = readFileSync(`${root}${page}`, "utf8");
  const part = title === undefined ? text : text.split(/^## /m).find((section) => section.startsWith(title));
  if (part === undefined) throw new Error(`${page} has no section "${title}"`);
  return [...part.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(([, language, file, text]) => ({
    language: language as string,
    ...(file === undefined ? {} : { file }),
    text: text as string,
  }));
}

/** What an excerpt shows and its file does not have: runs of lines between marks `# ...`, `// ...` for what is left out. */
export function strayRuns({ file = "", text }: Block, folder: string): string[] {
  const content = readFileSync(join(folder, file), "utf8");
  return text.split(/^\s*(?:#|\/\/) \.\.\.\n/m).filter((run) => !content.includes(run));
}
