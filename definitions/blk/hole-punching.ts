import { fstatSync, readFileSync } from "node:fs";
import { getSystemErrorName } from "node:util";
import { FallocateMode, IoOperation, native } from "../../runtime/native/native.js";
import type { AioChoice } from "./disk-options.js";
import type { Image } from "./image.js";
import { sleep } from "./sleep.js";

/** Takes blocks away from a file, whose length stays. */
export const PUNCH_HOLE: number = FallocateMode.PUNCH_HOLE | FallocateMode.KEEP_SIZE;
/** Makes blocks of a file read as zeroes and keeps them allocated. */
export const ZERO_RANGE: number = FallocateMode.ZERO_RANGE | FallocateMode.KEEP_SIZE;

const MIB = 2 ** 20;
/** The answer takes some 50 µs, and the socket waits for it. */
const POLL_MS = 0.1;

/** Why holes cannot be punched into an image; undefined where they can. Changes nothing in it. */
export function cannotPunch(image: Image, aio: AioChoice): string | undefined {
  return image.isBlockDevice ? deviceCannotPunch(image) : fileCannotPunch(image, aio);
}

/** Beyond its end a file has no data, so that a hole there is nothing but an answer. */
function fileCannotPunch({ files }: Image, aio: AioChoice): string | undefined {
  const beyond = Math.ceil(native().sizeOf(files.file) / MIB) * MIB;
  const result = allocateNow(aio, files.file, PUNCH_HOLE, beyond, MIB);
  return result === 0 ? undefined : `its file system cannot punch holes (${getSystemErrorName(result)})`;
}

/** A block device takes no range beyond its end, but says what it can do. Its partitions have that in common. */
function deviceCannotPunch({ files }: Image): string | undefined {
  const { rdev } = fstatSync(files.file);
  const base = `/sys/dev/block/${major(rdev)}:${minor(rdev)}`;
  const limits = [`${base}/queue`, `${base}/../queue`].map((queue) => limitOf(`${queue}/write_zeroes_max_bytes`));
  return limits.some((limit) => limit > 0) ? undefined : "the device cannot deallocate blocks";
}

function limitOf(path: string): number {
  try {
    return Number(readFileSync(path, "latin1"));
  } catch {
    return 0;
  }
}

/** The parts of a device number, as the C library packs them into 64 bits. */
function major(device: number): number {
  return Math.floor(device / 2 ** 8) % 2 ** 12;
}

function minor(device: number): number {
  return (device % 2 ** 8) + (Math.floor(device / 2 ** 20) % 2 ** 12) * 2 ** 8;
}

/** `fallocate`, waited for. @returns 0, or a negative errno */
function allocateNow(aio: AioChoice, file: number, mode: number, position: number, length: number): number {
  const io = native().ioOpen(aio, 1);
  try {
    const batch = Float64Array.of(IoOperation.FALLOCATE, 0, file, position, length, mode, 0);
    native().ioSubmit(io, batch, batch.length);
    const results = new Int32Array(2);
    while (native().ioReap(io, results) === 0) sleep(POLL_MS);
    return results[1] as number;
  } finally {
    native().ioClose(io);
  }
}
