import type { Mapping } from "./mapping.js";

/** `translate` found nothing: the address is not the driver's to use. */
export const UNMAPPED = 0;
/** `translate` has asked for the translation and will know later (IOTLB): try the same buffer again when it came. */
export const MISS = -1;

/**
 * Turns the addresses that a driver writes into memory of this process. The only owner of "address to bytes".
 *
 * A memory table and an IOTLB are both address spaces; a virtqueue does not know which it has.
 */
export interface AddressSpace {
  /** Where the last successful `translate` landed. */
  readonly mapping: Mapping;
  /** Byte offset into `mapping`. */
  readonly offset: number;

  /**
   * Finds the bytes at an address.
   *
   * @param address a guest address, an integer from 0 to 2^53-1
   * @param length bytes wanted, at least 1
   * @param write whether the device will write
   * @returns how many of them lie in one mapping, from 1 to `length`; or `UNMAPPED`; or `MISS`
   */
  translate(address: number, length: number, write: boolean): number;
}
