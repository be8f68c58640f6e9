import { BlkConstant } from "../../generated/blk.js";

/** What GET_ID answers. @throws RangeError where it is longer than a driver has room for, or not ASCII */
export function serialBytes(serial: string): Uint8Array {
  if (serial.length > BlkConstant.ID_BYTES) {
    throw new RangeError(`serial has more than ${BlkConstant.ID_BYTES} characters: ${serial}`);
  }
  if (!/^[\x20-\x7e]*$/.test(serial)) throw new RangeError(`serial has characters that are not ASCII: ${serial}`);
  return new TextEncoder().encode(serial);
}
