const HIGH = 0x1_0000_0000;

/** Whether the eight bytes at `at` are at most 2^53-1. */
export function isSafeU64(view: DataView, at: number, littleEndian = true): boolean {
  return view.getUint32(littleEndian ? at + 4 : at, littleEndian) < 0x20_0000;
}

/** Eight bytes as a number; exact up to 2^53-1. */
export function readU64(view: DataView, at: number, littleEndian = true): number {
  const low = view.getUint32(littleEndian ? at : at + 4, littleEndian);
  return low + view.getUint32(littleEndian ? at + 4 : at, littleEndian) * HIGH;
}

/** Writes a number from 0 to 2^53-1 as eight bytes. */
export function writeU64(view: DataView, at: number, value: number, littleEndian = true): void {
  const low = value >>> 0;
  view.setUint32(littleEndian ? at : at + 4, low, littleEndian);
  view.setUint32(littleEndian ? at + 4 : at, (value - low) / HIGH, littleEndian);
}

/** Whether the eight bytes at `at`, signed, are from -2^53 to 2^53-1. */
export function isSafeI64(view: DataView, at: number, littleEndian = true): boolean {
  const high = view.getInt32(littleEndian ? at + 4 : at, littleEndian);
  return high >= -0x20_0000 && high < 0x20_0000;
}

/** Eight bytes, signed, as a number; exact from -2^53 to 2^53-1. */
export function readI64(view: DataView, at: number, littleEndian = true): number {
  const low = view.getUint32(littleEndian ? at : at + 4, littleEndian);
  return low + view.getInt32(littleEndian ? at + 4 : at, littleEndian) * HIGH;
}

/** Writes a number from -2^53 to 2^53-1 as eight bytes. */
export function writeI64(view: DataView, at: number, value: number, littleEndian = true): void {
  const low = value >>> 0;
  view.setUint32(littleEndian ? at : at + 4, low, littleEndian);
  view.setInt32(littleEndian ? at + 4 : at, (value - low) / HIGH, littleEndian);
}

/** Whether a bit, 0 to 63, of the eight bytes at `at` is set. */
export function hasBit64(view: DataView, at: number, bit: number, littleEndian = true): boolean {
  const isHigh = bit >= 32;
  const word = view.getUint32(isHigh === littleEndian ? at + 4 : at, littleEndian);
  return bit >= 0 && bit < 64 && ((word >>> (bit & 31)) & 1) === 1;
}

/** Whether a value from 0 to 2^53-1 is a power of two. */
export function isPowerOfTwo(value: number | bigint): boolean {
  const number = Number(value);
  return number > 0 && 2 ** Math.round(Math.log2(number)) === number && BigInt(number) === BigInt(value);
}

/** An index into an array of fixed length. @throws RangeError where there is no such element */
export function checkIndex(index: number, length: number): number {
  if (!(index >= 0 && index < length && Number.isInteger(index))) throw new RangeError(`element ${index} of ${length}`);
  return index;
}

/** How an integer is stored, and what it is for programs; absent means no. */
export interface IntegerFormat {
  /** Bytes. */
  readonly width: 1 | 2 | 4 | 8;
  readonly signed?: boolean;
  readonly bigEndian?: boolean;
  /** Eight bytes are a bigint; else they are a number, exact where it is safe. */
  readonly bigint?: boolean;
}

/** Reads an integer of any format. */
export function readFormat(format: IntegerFormat, view: DataView, at: number): number | bigint {
  const { width, signed } = format;
  const littleEndian = format.bigEndian !== true;
  switch (width) {
    case 1:
      return signed ? view.getInt8(at) : view.getUint8(at);
    case 2:
      return signed ? view.getInt16(at, littleEndian) : view.getUint16(at, littleEndian);
    case 4:
      return signed ? view.getInt32(at, littleEndian) : view.getUint32(at, littleEndian);
    case 8:
      if (format.bigint) return signed ? view.getBigInt64(at, littleEndian) : view.getBigUint64(at, littleEndian);
      return signed ? readI64(view, at, littleEndian) : readU64(view, at, littleEndian);
  }
}

/** Writes an integer of any format; what does not fit loses its upper bits. */
export function writeFormat(format: IntegerFormat, view: DataView, at: number, value: number | bigint): void {
  const littleEndian = format.bigEndian !== true;
  switch (format.width) {
    case 1:
      return view.setUint8(at, value as number);
    case 2:
      return view.setUint16(at, value as number, littleEndian);
    case 4:
      return view.setUint32(at, value as number, littleEndian);
    case 8:
      if (typeof value === "bigint") return view.setBigUint64(at, value, littleEndian);
      return writeI64(view, at, value, littleEndian);
  }
}
