import type { OptionDescription } from "../../runtime/index.js";
import type { IoEngineName } from "../../runtime/native/native.js";
import { SECTOR } from "./medium.js";
import { serialBytes } from "./serial.js";

/** How a disk is made. The names are those of the command line, camel-cased. */
export interface DiskOptions {
  /** The image: a file or a block device, which has to exist. */
  readonly blkFile?: string;
  /** In place of an image: a disk of so many bytes that does no I/O, for measuring. */
  readonly blkNull?: number;
  readonly readOnly?: boolean;
  /** Request queues; 1 where absent. */
  readonly numQueues?: number;
  /** What GET_ID answers: at most 20 ASCII characters. Absent: made of what the system identifies the image by. */
  readonly serial?: string;
  /** `writeback`, through the page cache, or `none`, past it (O_DIRECT); `writeback` where absent. */
  readonly cache?: string;
  /** What the driver should read and write at least, in bytes. Absent: as the block device says, or 512. */
  readonly logicalBlockSize?: number;
  /** Who does the I/O; `auto` where absent. */
  readonly aio?: string;
}

export type CacheMode = "writeback" | "none";
export type AioChoice = IoEngineName | "auto";

/** The options with their defaults, all of them allowed. */
export interface DiskPlan {
  /** Absent for a disk that does no I/O. */
  readonly path: string | undefined;
  /** Bytes of a disk that does no I/O. */
  readonly size: number;
  readonly readOnly: boolean;
  readonly numQueues: number;
  /** Absent where the image decides. */
  readonly serial: Uint8Array | undefined;
  readonly logicalBlockSize: number | undefined;
  readonly cache: CacheMode;
  readonly aio: AioChoice;
}

const CACHE_MODES: readonly CacheMode[] = ["writeback", "none"];
const AIO_CHOICES: readonly AioChoice[] = ["auto", "io_uring", "threads"];
const QUEUES_MAX = 1024;
const BLOCK_SIZE_MAX = 65_536;

export const DISK_OPTIONS: readonly OptionDescription[] = [
  { name: "blk-file", type: "string", value: "PATH", help: "file or block device to serve" },
  { name: "blk-null", type: "size", help: "serve no data: a disk of that size that does no I/O, for measuring" },
  { name: "read-only", type: "flag", help: "refuse writes" },
  { name: "num-queues", type: "integer", help: "request queues (default: 1)" },
  {
    name: "serial",
    type: "string",
    value: "TEXT",
    help: "serial number, up to 20 characters (default: from the file)",
  },
  {
    name: "cache",
    type: "string",
    choices: CACHE_MODES,
    help: "use the page cache, or go past it (default: writeback)",
  },
  { name: "logical-block-size", type: "size", help: "block size to tell the driver (default: the device's, or 512)" },
  {
    name: "aio",
    type: "string",
    choices: AIO_CHOICES,
    help: "how to do I/O (default: auto, io_uring where it works)",
  },
];

/** Checks the options. @throws RangeError that names those that are not allowed */
export function planDisk(options: DiskOptions): DiskPlan {
  const { blkFile, blkNull, readOnly = false, numQueues = 1, serial, logicalBlockSize } = options;
  checkMedium(options);
  check("--num-queues", `an integer from 1 to ${QUEUES_MAX}`, numQueues, isWithin(numQueues, 1, QUEUES_MAX));
  if (logicalBlockSize !== undefined) checkBlockSize(logicalBlockSize);
  if (blkNull !== undefined) checkSize(blkNull, logicalBlockSize ?? SECTOR);
  return {
    path: blkFile,
    size: blkNull ?? 0,
    readOnly,
    numQueues,
    serial: serial === undefined ? undefined : serialBytes(serial),
    logicalBlockSize,
    cache: oneOf("--cache", options.cache ?? "writeback", CACHE_MODES),
    aio: oneOf("--aio", options.aio ?? "auto", AIO_CHOICES),
  };
}

function checkMedium({ blkFile, blkNull, cache, aio }: DiskOptions): void {
  if (blkFile === undefined && blkNull === undefined) throw new RangeError("--blk-file or --blk-null is required");
  if (blkNull === undefined) return;
  if (blkFile !== undefined) throw new RangeError("--blk-file and --blk-null exclude each other");
  if (cache !== undefined) throw new RangeError("--cache means nothing with --blk-null, which has no data");
  if (aio !== undefined) throw new RangeError("--aio means nothing with --blk-null, which does no I/O");
}

function checkBlockSize(size: number): void {
  const isAllowed = isWithin(size, SECTOR, BLOCK_SIZE_MAX) && Number.isInteger(Math.log2(size));
  check("--logical-block-size", `a power of two from ${SECTOR} to ${BLOCK_SIZE_MAX}`, size, isAllowed);
}

function checkSize(size: number, block: number): void {
  const isAllowed = isWithin(size, 1, Number.MAX_SAFE_INTEGER) && size % block === 0;
  check("--blk-null", `a multiple of ${block} above 0`, size, isAllowed);
}

function oneOf<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  throw new RangeError(`${name} must be one of ${choices.join(", ")}, found ${value}`);
}

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function check(name: string, rule: string, value: number, isAllowed: boolean): void {
  if (!isAllowed) throw new RangeError(`${name} must be ${rule}, found ${value}`);
}
