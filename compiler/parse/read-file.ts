import { constants, type Stats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";

/** Bytes of one definition; blk has 13 KiB. */
export const LARGEST_FILE: number = 1024 * 1024;

/** A file's text, or why it cannot be a definition. */
export type FileText = { readonly text: string } | { readonly problem: string };

/** Reads a definition file, and no more than a definition may have. Never throws. */
export async function readDefinitionFile(path: string): Promise<FileText> {
  try {
    // Opening a fifo would wait for a writer, and opening a device may act: look before.
    const problem = kindProblem(await stat(path));
    return problem ? { problem } : decode(await readBounded(path));
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function kindProblem(stats: Stats): string | undefined {
  if (!stats.isFile()) return "it is not a regular file";
  return stats.size > LARGEST_FILE ? `it has ${stats.size} bytes; the limit is ${LARGEST_FILE}` : undefined;
}

/** Reads one byte more than allowed at most, whatever size the file claimed to have. */
async function readBounded(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const problem = kindProblem(await file.stat());
    if (problem) throw new Error(problem);
    return await fill(file, Buffer.alloc(LARGEST_FILE + 1));
  } finally {
    await file.close();
  }
}

async function fill(file: FileHandle, buffer: Buffer): Promise<Buffer> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

function decode(bytes: Buffer): FileText {
  if (bytes.length > LARGEST_FILE) return { problem: `it has more than ${LARGEST_FILE} bytes` };
  if (bytes.includes(0)) return { problem: "it holds a NUL byte" };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { problem: "it is not valid UTF-8" };
  }
}
