import { closeSync, constants, fstatSync, openSync, type Stats, statSync } from "node:fs";
import { native } from "../../runtime/native/native.js";
import type { CacheMode } from "./disk-options.js";
import { lockImage } from "./image-lock.js";
import { SECTOR } from "./medium.js";

const { O_RDONLY, O_RDWR, O_DIRECT } = constants;

/** Descriptors of an image, and what I/O through them has to keep to. Lanes are given it, so it can be cloned. */
export interface ImageFiles {
  readonly file: number;
  /** Alignment in bytes that I/O through `file` asks of memory and of its pieces; 0 for none. */
  readonly alignment: number;
  /** Sectors that I/O through `file` begins at and consists of multiples of; a power of two. */
  readonly granularity: number;
  /** Takes the rest, through the page cache, which the system keeps in step with what goes past it. */
  readonly unalignedFile: number;
}

/** An open disk image that nobody else writes to. */
export interface Image {
  readonly path: string;
  readonly isBlockDevice: boolean;
  readonly files: ImageFiles;
  /** Block sizes in bytes. */
  readonly logicalBlockSize: number;
  readonly physicalBlockSize: number;
  /** What the system tells it from others by, for as long as it stays where it is. */
  readonly identity: string;
}

/** @throws Error in one sentence where the image cannot be opened as a whole, or someone else has it */
export function openImage(path: string, readOnly: boolean, cache: CacheMode): Image {
  checkKind(path, () => statSync(path));
  const file = openFile(path, readOnly);
  try {
    const stats = checkKind(path, () => fstatSync(file));
    lockImage(file, path, !readOnly);
    const blocks = native().blockSizes(file);
    const isBlockDevice = stats.isBlockDevice();
    return {
      path,
      isBlockDevice,
      files: cache === "none" ? openDirect(path, file, readOnly) : bufferedFiles(file),
      // What a file lies on is no property of a disk: its partitions stay where they are when it is copied elsewhere.
      logicalBlockSize: isBlockDevice ? blocks.logical : SECTOR,
      physicalBlockSize: blocks.physical,
      identity: isBlockDevice ? `${stats.rdev}` : `${stats.dev.toString(36)}-${stats.ino.toString(36)}`,
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

export function closeImage({ file, unalignedFile }: ImageFiles): void {
  if (file !== unalignedFile) closeSync(file);
  closeSync(unalignedFile);
}

/** Opening a pipe waits for its other end, and opening a tape rewinds it: what is no disk is refused before that. */
function checkKind(path: string, look: () => Stats): Stats {
  const stats = attempt(path, look);
  if (stats.isFile() || stats.isBlockDevice()) return stats;
  throw new Error(`--blk-file ${path} is ${kindOf(stats)}, neither a file nor a block device`);
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return "a directory";
  if (stats.isFIFO()) return "a pipe";
  if (stats.isSocket()) return "a socket";
  return "a character device";
}

function openFile(path: string, readOnly: boolean): number {
  try {
    return openSync(path, readOnly ? O_RDONLY : O_RDWR);
  } catch (error) {
    const hint = readOnly ? "" : "; --read-only serves what may only be read";
    throw new Error(`--blk-file cannot be opened: ${(error as Error).message}${hint}`, { cause: error });
  }
}

/** The same file once more, past the page cache. */
function openDirect(path: string, file: number, readOnly: boolean): ImageFiles {
  const { memoryAlignment, positionAlignment } = native().blockSizes(file);
  let direct: number;
  try {
    direct = openSync(`/proc/self/fd/${file}`, (readOnly ? O_RDONLY : O_RDWR) | O_DIRECT);
  } catch (error) {
    const reason = (error as Error).message;
    throw new Error(`--cache none does not work on the file system of ${path}: ${reason}`, { cause: error });
  }
  return {
    file: direct,
    alignment: Math.max(memoryAlignment, positionAlignment),
    granularity: Math.max(positionAlignment / SECTOR, 1),
    unalignedFile: file,
  };
}

function bufferedFiles(file: number): ImageFiles {
  return { file, alignment: 0, granularity: 1, unalignedFile: file };
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new Error(`--blk-file ${path} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}
